"""Outboxes: what is queued in the store is brought to others, once where that can be known."""
