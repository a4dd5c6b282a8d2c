"""Tests of what is posted of results."""
