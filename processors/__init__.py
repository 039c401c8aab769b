"""Processors: the pure decisions of each stage, and the Faust agents that route their outcomes."""
