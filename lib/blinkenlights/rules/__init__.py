"""Rules: what alarms whom. Read from files, judged over things, tried on series of numbers."""
