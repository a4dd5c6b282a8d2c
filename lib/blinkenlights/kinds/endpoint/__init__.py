"""Endpoints that are probed, and the probers that do it."""
