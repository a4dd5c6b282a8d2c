"""Transfers, counted exactly."""
