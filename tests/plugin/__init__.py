"""Tests of what every check shares."""
