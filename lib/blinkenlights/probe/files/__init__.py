"""Files of endpoints: what they may say, and what is made of it."""
