"""Series of numbers, of which it is learned how large they usually are."""

from collections.abc import Sequence

from blinkenlights.kinds.learnable import Learnable, Pieces, Rows
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.keys import Facts, Slot
from blinkenlights.kinds.metric.read import name_commands, read_names
from blinkenlights.kinds.metric.selection import Selection
from blinkenlights.kinds.metric.window import Window, slots_of
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.hashes import packed_values_of
from blinkenlights.store.reader import StoreReader


def _names(store: StoreReader, globs: Sequence[str]) -> list[str]:
    if not globs:
        return []
    selection = Selection(() if "*" in globs else globs)
    return read_names(store, selection, store.ask(*name_commands(selection)))[0]


def _rows(store: StoreReader, _horizon: Horizon, names: Sequence[str], pieces: Pieces) -> Rows:
    """Return the mean of what came in each piece in which something came."""
    window = Window(pieces.first, pieces.end)
    known = packed_values_of(store, keys.FACTS, names, keys.parse_facts)
    # Only where something can have come the rings are read.
    active = {name: each for name, each in known.items() if each.event >= window.of(each).since}
    slots = slots_of(store, active, window)
    return {name: _means(slots.get(name, ()), known.get(name), pieces) for name in names}


def _means(slots: Sequence[Slot], facts: Facts | None, pieces: Pieces) -> list[tuple[float, float]]:
    if facts is None:
        return []
    behind = min(0.0, facts.offset)
    sums: dict[int, tuple[float, int]] = {}
    for slot in slots:
        # A slot may be longer than a piece: then its newest point says where it belongs.
        is_open = slot.start <= facts.event < slot.start + slot.step
        moment = facts.event if is_open else slot.start + slot.step / 2
        place = int((moment - behind - pieces.first) // pieces.seconds)
        if 0 <= place < pieces.number and slot.number:
            total, number = sums.get(place, (0.0, 0))
            sums[place] = total + slot.mean * slot.number, number + slot.number
    return [
        (pieces.first + place * pieces.seconds, total / number)
        for place, (total, number) in sorted(sums.items())
        if number
    ]


LEARNABLES = (Learnable("metric", None, False, 0.0, _names, _rows),)
