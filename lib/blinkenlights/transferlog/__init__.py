"""The transfer log for people: shown live, kept in daily files, and copied to each source."""
