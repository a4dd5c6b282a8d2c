"""Tests of speedos: published, read, shown, and the limits and names of flows."""
