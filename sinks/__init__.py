"""Sinks: Elasticsearch, people who get alerts, and the board."""
