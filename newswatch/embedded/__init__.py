"""The local Kafka and Elasticsearch servers, real ones, run from Python packages alone."""
