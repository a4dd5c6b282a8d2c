"""What travels between a scheduler and its workers."""
