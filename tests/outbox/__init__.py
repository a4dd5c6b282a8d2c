"""Tests of outboxes."""
