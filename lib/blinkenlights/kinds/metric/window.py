"""The points of a series over the last while, from the rings and from the slots that still grow."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import compress, pairwise
from math import nan
from operator import itemgetter
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.keys import Facts, Slot
from blinkenlights.kinds.metric.limits import SURE
from blinkenlights.kinds.metric.pages import fields_between, slots_in
from blinkenlights.store.reader import Command, StoreReader

HOUR, DAY = 3600.0, 86400.0
FIGURES = ("avg", "max", "min", "rate", "last")
"""What can be made of the points of a span."""
DENSEST = 50.0
"""Seconds: a series that comes less often has no ring of an hour; as in store.lua."""
SERIES_AT_ONCE = 100
_START, _STEP = 0, 6
_start_of = itemgetter(_START)


class Window(NamedTuple):
    """A span by our clock."""

    since: float
    until: float

    def of(self, facts: Facts) -> "Window":
        """Return the same span by the clock of a sender that is behind, or sends what is old."""
        behind = min(0.0, facts.offset)
        return Window(self.since + behind, self.until + behind)


def slots_of(store: StoreReader, facts: dict[str, Facts], window: Window) -> dict[str, list[Slot]]:
    """Return for each series what came in a span, in the order of time; raises a StoreError.

    The oldest and the newest slot may reach beyond it by half. A slot in which nothing came is not
    there.
    """
    found: dict[str, list[Slot]] = {}
    series = list(facts)
    for start in range(0, len(series), SERIES_AT_ONCE):
        chunk = series[start : start + SERIES_AT_ONCE]
        asked = [
            (one, ring, fields_between(ring, *window.of(facts[one])))
            for one in chunk
            for ring in rings_for(facts[one], window)
        ]
        commands: list[Command] = [
            ("HMGET", f"{_KEYS[ring]}{one}", *fields) for one, ring, fields in asked
        ]
        pages: dict[str, dict[str, list[Slot]]] = {one: {} for one in chunk}
        for (one, ring, fields), reply in zip(asked, store.ask_bytes(*commands), strict=True):
            there = {
                field.encode(): page
                for field, page in zip(fields, reply, strict=True)
                if page is not None
            }
            try:
                by_step = slots_in(there, window.of(facts[one]).since)
            except (ValueError, TypeError) as error:
                raise StoreAnswer(f"{_KEYS[ring]}{one} is not ours: {error}") from error
            pages[one][ring] = [slot for slots in by_step.values() for slot in slots]
            if ring == "fine":
                run = slots_in(facts[one].run, window.of(facts[one]).since)
                pages[one][ring] += [slot for slots in run.values() for slot in slots]
        for one in chunk:
            found[one] = merged(pages[one], facts[one], window.of(facts[one]))
    return found


_KEYS = {"fine": keys.FINE, "day": keys.DAY, "month": keys.MONTH}


def rings_for(facts: Facts, window: Window) -> list[str]:
    """Return the rings that hold what came in a span, the finest first."""
    period = facts.period if facts.gaps >= SURE else 0.0
    span = window.until - window.since
    if period >= HOUR or span > DAY:
        return ["month"]
    return ["fine", "day"] if span <= HOUR and period < DENSEST else ["day"]


def merged(pages: dict[str, list[Slot]], facts: Facts, window: Window) -> list[Slot]:
    """Return the slots of a span, in the order of time, each point in one of them."""
    since, until = window
    # As _is_within has it. There are a hundred of each series, and calls are dear.
    fine = [
        slot
        for slot in pages.get("fine", ())
        if since < slot[_START] + slot[_STEP] / 2 and slot[_START] <= until
    ]
    fine.sort(key=_start_of)
    starts = list(map(_start_of, fine))
    is_left = [True] * len(fine)
    ring = "month" if "month" in pages else "day"
    coarse = _open_slots(facts, ring) + pages[ring]
    found: list[Slot] = []
    # A slot of the hour keeps the newest of what came in it; that of a minute counts all.
    for slot in coarse:
        first = bisect_left(starts, slot.start)
        end = bisect_left(starts, slot.start + slot.step, first)
        inside = sum(is_left[first:end])
        number = sum(fine[at].number for at in range(first, end) if is_left[at])
        is_whole = slot.start >= window.since or facts.first >= window.since
        if inside and (not is_whole or number >= slot.number):
            continue
        if inside or is_whole or (not any(is_left) and _is_within(slot, window, facts)):
            found.append(slot)
            is_left[first:end] = [False] * (end - first)
    return sorted([*found, *compress(fine, is_left)], key=_start_of)


def _open_slots(facts: Facts, ring: str) -> list[Slot]:
    """Return the slot of a ring that still grows."""
    return [
        slot
        for step, slot in facts.open.items()
        if slot.number and (step == HOUR) == (ring == "month")
    ]


def _is_within(slot: Slot, window: Window, facts: Facts | None = None) -> bool:
    """Return whether a slot belongs to a span: its middle does, or its newest point."""
    if facts and slot.start <= facts.event < slot.start + slot.step:
        return window.since < facts.event
    return window.since < slot.start + slot.step / 2 and slot.start <= window.until


def figure_of(slots: Sequence[Slot], of: str, newest: float) -> float:
    """Return one of `FIGURES` of the slots of a span; NaN where there is none.

    Args:
        slots: In the order of time.
        of: Which.
        newest: When the newest point came.
    """
    if not slots:
        return nan
    if of == "avg":
        number = sum(slot.number for slot in slots)
        return sum(slot.mean * slot.number for slot in slots) / number
    if of == "max":
        return max(slot.high for slot in slots)
    if of == "min":
        return min(slot.low for slot in slots)
    return slots[-1].last if of == "last" else _rate(slots, newest)


def _rate(slots: Sequence[Slot], newest: float) -> float:
    """Return by how much a counter grew a second.

    One that fell was set to 0, and what it has since is what it grew by.
    """
    grown = 0.0
    for before, after in pairwise(slots):
        grown += after.last - before.last if after.last >= before.last else after.last
    first, last = slots[0], slots[-1]
    # Who is regular comes at about the same place of each slot.
    place = min(1.0, max(0.0, (newest - last.start) / last.step)) if last.number == 1 else 0.5
    took = _moment(last, newest, place) - _moment(first, newest, place)
    return grown / took if took > 0 else nan


def _moment(slot: Slot, newest: float, place: float) -> float:
    """Return about when the last point of a slot came."""
    return min(newest, slot.start + slot.step * (1.0 if slot.number > 1 else place))
