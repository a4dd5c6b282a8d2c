"""Why the other side did not take what it was told."""

from typing import Self


class CannotSayError(Exception):
    """A message was not taken, in one sentence without secrets.

    Args:
        sentence: Why.
        retry_after: Seconds for which the other side wants to hear nothing; None where it did not
            say.
        is_final: Whether it will never be taken, however often it is said.
        is_unsure: Whether it may have been taken all the same, as when nobody answered.
    """

    def __init__(
        self,
        sentence: str,
        *,
        retry_after: float | None = None,
        is_final: bool = False,
        is_unsure: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.is_final = is_final
        self.is_unsure = is_unsure

    def with_sentence(self, sentence: str) -> Self:
        """Return the same in other words."""
        return type(self)(
            sentence,
            retry_after=self.retry_after,
            is_final=self.is_final,
            is_unsure=self.is_unsure,
        )
