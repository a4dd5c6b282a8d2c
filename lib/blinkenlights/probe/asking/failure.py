"""Why a probe got no answer."""

from blinkenlights.probe.observation import Trouble


class Failure(Exception):  # noqa: N818 - it ends a probe, which is an outcome and no error of ours
    """Ends a probe. Its sentence may hold secrets, which are masked in the observation."""

    def __init__(self, trouble: Trouble, sentence: str) -> None:
        """Say what kind of trouble it is, and what went wrong, where."""
        super().__init__(sentence)
        self.trouble: Trouble = trouble
        self.sentence = sentence
