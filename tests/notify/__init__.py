"""Notification commands for cores."""
