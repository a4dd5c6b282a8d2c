"""Rules tried on series that somebody wrote down, in virtual time."""
