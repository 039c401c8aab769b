"""Checks of what deploy/ holds; every check is also shown to fail on a planted mistake."""
