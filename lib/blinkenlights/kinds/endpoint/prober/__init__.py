"""Probers, by what they report of themselves."""
