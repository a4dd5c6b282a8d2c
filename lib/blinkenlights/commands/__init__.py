"""One module per subcommand of `blinkenlights`, and what they share."""
