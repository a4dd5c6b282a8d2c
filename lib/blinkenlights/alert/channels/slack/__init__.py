"""Slack: one message for an incident, kept up to date, with what changed in its thread."""
