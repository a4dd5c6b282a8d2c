"""The transfer log for people, on a real broker."""
