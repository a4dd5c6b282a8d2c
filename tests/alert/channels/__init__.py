"""Channels, each against a server that behaves as the service does."""
