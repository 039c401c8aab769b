"""Ingest: feeds and files in, raw articles out to Kafka."""
