"""One module per subcommand of `blinkenlights`."""
