"""Tests of one probe over the network."""
