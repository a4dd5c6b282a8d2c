"""The scheduler of probes: what is due goes to workers, by a broker, and nobody is forgotten."""
