"""What went through to each client and from each source in each minute, as numbers.

They come of the histories that the store has. A minute that was not heard from its beginning to its
end gives none: what we would count is too little, and zero would be a lie.
"""

from collections.abc import Iterator, Sequence

import msgspec

from blinkenlights.kinds.duty import Duty, Turn
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.signal import Settings
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.keys import Slot
from blinkenlights.kinds.transfer.read import minutes_of
from blinkenlights.plugin.hearing import was_heard

MINUTE = 60
FLOWS_AT_ONCE = 1_000
GIVEN = 10
"""How many times more numbers are given than there is room for, at most: to read them costs."""
SCOPES = ("client", "source")


def _shown(title: str, unit: str) -> str:
    return msgspec.json.encode({"title": title, "unit": unit}).decode()


MEASURES = (
    ("transfers.good", _shown("good transfers a minute", "/min")),
    ("transfers.errors", _shown("bad transfers a minute", "/min")),
    ("transfers.bytes", _shown("bytes a minute, good and bad", "B/min")),
)
"""Names of the series, and how they want to be shown."""


def duties(_settings: Settings, is_heard: bool) -> Sequence[Duty]:
    """Return what makes numbers of each minute, where transfers are heard."""
    return (Duty("transfer", keys.RATED, MINUTE, _numbers, "transfer"),) if is_heard else ()


def _numbers(turn: Turn) -> Sequence[Number]:
    start = turn.moment - MINUTE
    # Those who came first have the room, whatever they are called: so more are given than fit.
    flows = GIVEN * turn.most // len(MEASURES)
    if not flows or turn.horizon.blind or not was_heard(turn.horizon, start, turn.moment):
        return ()
    found: list[Number] = []
    for scope in SCOPES:
        [names] = turn.store.ask(("ZRANGE", keys.GOOD + scope, 0, -1))
        # It is the same ones each time.
        some = sorted(names)[:flows]
        flows -= len(some)
        for first in range(0, len(some), FLOWS_AT_ONCE):
            chunk = some[first : first + FLOWS_AT_ONCE]
            minute = int(start // MINUTE)
            history = minutes_of(turn.store, scope, chunk, minute, minute)
            for name, [slot] in history.items():
                found += _measured(scope, name, slot, turn.moment)
    return found


def _measured(scope: str, name: str, slot: Slot, moment: float) -> Iterator[Number]:
    values = (slot.good, slot.bad, slot.good_bytes + slot.bad_bytes)
    for (measure, shown), value in zip(MEASURES, values, strict=True):
        yield Number(measure, value, moment, tags={scope: name}, shown=shown)
