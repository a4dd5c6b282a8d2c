"""The outbox of results: its queues hold entries, each for one output."""

from blinkenlights.outbox.outbox import Outbox
from blinkenlights.outbox.taken import Taken
from blinkenlights.posting import keys
from blinkenlights.posting.entry import Entry, Letter, Nothing


class PostingOutbox(Outbox[Entry, Nothing]):
    """The store, for those who post."""

    def counted(self, taken: Taken[Entry, Nothing]) -> str:  # noqa: ARG002
        """Return that all are counted together: there may be one for each endpoint."""
        return ""

    def damage(self, taken: Taken[Entry, Nothing], number: int, now: float) -> Letter:
        """Return that so many entries cannot be read."""
        output, endpoint = keys.parts_of(taken.group)
        error = "the store holds something that is not ours; are all programs of one version?"
        return Letter(
            at=now, endpoint=endpoint, output=output, error=error, number=number, entries=[]
        )
