"""Rules: judged over things, followed over time, tried on series."""
