"""What is said of a condition that cannot be used."""


class ConditionError(ValueError):
    """A condition that says nothing sensible, or would take too long.

    Its message is one sentence: where it was written, the column, and what to write instead.
    """


class MistakeError(ValueError):
    """What is wrong at one place of an expression."""

    def __init__(self, at: int, sentence: str) -> None:
        """Take the place as an offset, counted from 0."""
        super().__init__(sentence)
        self.at = at
        self.sentence = sentence
