"""The check plugins: one module each, with its options, what it fetches and how it judges."""
