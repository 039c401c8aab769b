"""Every hop of one article, put together from the index and, within retention, from Kafka."""
