"""Transfers: clients and sources, and what is in flight."""
