"""The kind heartbeat."""
