"""Sending on what comes."""
