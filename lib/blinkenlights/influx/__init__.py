"""What goes on to InfluxDB: a buffer on disk, and who sends what is in it."""
