"""Whether people are told: the evaluator, the outbox, the receivers, the canary."""
