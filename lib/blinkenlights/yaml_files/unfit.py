"""What is said of a key whose value cannot be."""


class Unfit(Exception):  # noqa: N818 - it is said of a key
    """A key has a value that cannot be; `key` names it."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"{key}: {sentence}")
        self.key = key
