"""Whether deliveries come in time, as check_delivery judges it."""
