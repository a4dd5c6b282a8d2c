"""Monitoring for fleets that talk over a message broker."""

__version__ = "0.1.0"
