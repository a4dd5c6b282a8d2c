"""What brokers are spoken to with."""
