"""A worker: takes jobs of its location from the broker, makes the probes, and publishes results."""
