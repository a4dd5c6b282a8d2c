"""A whole example kind, as somebody would add it."""
