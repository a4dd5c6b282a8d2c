"""The Redis layout, the writer, the reader and the embedded server."""
