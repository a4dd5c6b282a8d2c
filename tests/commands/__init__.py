"""The subcommands, against real servers."""
