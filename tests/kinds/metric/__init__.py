"""The kind metric."""
