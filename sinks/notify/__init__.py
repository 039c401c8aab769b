"""Delivery of alerts: news.alerts to channels, each in a lane of its own, with what became of it in news.deliveries."""
