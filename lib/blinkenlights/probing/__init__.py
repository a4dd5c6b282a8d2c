"""The prober: probes endpoints when they are due, and tells the store what came of it."""
