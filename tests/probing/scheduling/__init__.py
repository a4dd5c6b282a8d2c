"""Tests of the scheduler of probes."""
