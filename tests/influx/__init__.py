"""What goes on to InfluxDB."""
