"""The kind machine."""
