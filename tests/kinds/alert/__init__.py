"""The kind alert."""
