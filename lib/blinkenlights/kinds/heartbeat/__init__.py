"""Components that send heartbeats."""
