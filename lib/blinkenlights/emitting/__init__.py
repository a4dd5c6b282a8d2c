"""Metrics of our own on their way to a broker or a socket, like those of everybody else."""
