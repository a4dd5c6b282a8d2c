"""Speedos: published on a timer, and shown live in a terminal."""
