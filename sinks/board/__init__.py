"""The board: server-rendered pages over Elasticsearch, kept live from Kafka through one push connection each."""
