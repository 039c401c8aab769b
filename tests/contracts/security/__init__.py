"""Servers that encrypt and ask who is there."""
