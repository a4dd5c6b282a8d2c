"""Writes icinga/ from the option tables of the checks."""
