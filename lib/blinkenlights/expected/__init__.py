"""What is usual for a series at this hour, learned as it goes, and what is not usual.

Pure: rows in, findings out. Nothing here reads a clock, a file or the store, and nothing needs
more than the standard library, so that a check may import it.
"""
