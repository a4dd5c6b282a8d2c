"""What is noted of a queue that somebody had, in the form that the script of an outbox takes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.outbox.taken import Tries

_pack = msgspec.msgpack.Encoder().encode


class Note(NamedTuple):
    """How it went. Times are seconds since the epoch."""

    removed: int
    """How many entries, the oldest, are dealt with."""
    due: float
    """When what is left is due."""
    kept: Sequence[object] = ()
    """Some of those removed that stay all the same."""
    rest: float = 0.0
    """Seconds for which the receiver is to hear nothing from anybody."""
    tries: Tries | None = None
    """What went wrong; None for nothing."""
    tries_last: bool = False
    """Whether that stays noted while nothing is queued."""
    slow: Tries | None = None
    """Stands for tries of a queue of which something was lost and that is not empty yet."""
    known: object = None
    """What the receiver knows; None for nothing."""
    history: Sequence[msgspec.Struct] = ()
    letter: msgspec.Struct | None = None
    """What is given up of it; None for nothing."""
    lost: int = 0
    """How many entries are given up."""
    counters: Mapping[str, int] = {}

    def packed(self, bound: int) -> bytes:
        """Return it as the script wants it, with how many of a queue are kept; 0 for no bound."""
        return _pack(
            {
                "removed": self.removed,
                "kept": list(map(_encode, self.kept)),
                "due": self.due,
                "rest": self.rest,
                "tries": _encode(self.tries) if self.tries else False,
                "tries_last": self.tries_last,
                "slow": _encode(self.slow) if self.slow else False,
                "known": _encode(self.known) if self.known else False,
                "history": list(map(_encode, self.history)),
                "dead": [_encode(self.letter)] if self.letter else [],
                "lost": self.lost,
                "counters": {what: number for what, number in self.counters.items() if number},
                "bound": bound,
            }
        )


def _encode(what: object) -> str:
    # As text: cmsgpack knows no bytes.
    return msgspec.json.encode(what).decode()
