"""Alerts: transitions become notices in an outbox, and senders bring them to channels."""
