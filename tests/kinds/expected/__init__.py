"""Tests of what is usual, as it is learned and asked."""
