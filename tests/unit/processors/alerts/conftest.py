"""Fixtures of the alerting tests."""
