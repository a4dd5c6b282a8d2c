"""Files of rules: what they may say, and what is made of it."""
