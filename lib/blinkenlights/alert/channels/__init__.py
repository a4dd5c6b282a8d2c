"""Channels: each says messages in its own way. What all have in common is around them."""
