"""Faults through the whole chain: real collectors between a real broker, a real store and checks."""
