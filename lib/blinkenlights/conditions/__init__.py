"""Conditions in CEL, fenced: what they may say, whether they hold, and why they do not."""
