"""The kind endpoint."""
