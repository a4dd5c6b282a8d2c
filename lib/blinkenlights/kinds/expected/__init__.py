"""What is usual for a series at this hour: learned from what other kinds store, and asked."""
