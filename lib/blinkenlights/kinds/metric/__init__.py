"""Metrics: series of numbers, by name, host and tags."""
