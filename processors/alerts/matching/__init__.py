"""Matching: the terms of all rules in one automaton, and rules as conditions over what it finds. Pure."""
