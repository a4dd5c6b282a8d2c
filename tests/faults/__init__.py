"""Faults through the whole chain: real collectors between real brokers, stores and checks."""
