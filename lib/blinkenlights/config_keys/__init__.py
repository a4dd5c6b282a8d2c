"""How a table of the configuration describes its keys: for those of kinds as for all others."""
