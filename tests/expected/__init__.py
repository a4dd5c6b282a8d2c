"""What is usual for a series, on rows that are made."""
