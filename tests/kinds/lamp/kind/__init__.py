"""Lamps that are on or off."""
