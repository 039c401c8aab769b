"""Kinds of rules: how one matching article changes what a rule remembers, and whether that is an alert. Pure."""
