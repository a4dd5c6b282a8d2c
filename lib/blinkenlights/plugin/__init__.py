"""What every check shares: options, one deadline, thresholds, words, perfdata."""
