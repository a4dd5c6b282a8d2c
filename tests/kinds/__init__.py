"""The parsers, against every form and against what is none."""
