"""Writes one service for each thing that is known, or for each group of them, for every core."""
