"""A worker: jobs in, results out, whatever happens to it."""
