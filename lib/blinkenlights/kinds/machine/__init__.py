"""Machines, as Taskcluster tells of them."""
