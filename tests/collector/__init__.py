"""The collector against a real broker and a real store."""
