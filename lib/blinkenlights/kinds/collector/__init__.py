"""The collectors themselves."""
