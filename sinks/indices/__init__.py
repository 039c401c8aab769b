"""Mappings and templates of every index, as typed data, and what installs them."""
