"""What travels between a scheduler and its workers, and by which exchange and queues."""
