"""Each kind: its decoder, its store and its judgement."""
