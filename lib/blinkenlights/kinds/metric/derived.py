"""Series that are made of others, a point at a time, as the configuration has them.

Where nothing came there is no point: a gap, and never zero.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import nan
from typing import NamedTuple

from blinkenlights.kinds.duty import Duty, Turn
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.derived_settings import DerivedConfig
from blinkenlights.kinds.metric.fact import LARGEST
from blinkenlights.kinds.metric.keys import Facts, Slot
from blinkenlights.kinds.metric.picking import Group, Grouping, Picker, group_of, grouping
from blinkenlights.kinds.metric.window import HOUR, Window, figure_of, slots_of
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.signal import Settings
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.hashes import packed_values_of
from blinkenlights.store.reader import StoreReader

log = logging.getLogger("blinkenlights.collector")

MOST_SERIES = 10_000
"""Series of which the series of one table may be made; of more nothing is."""
MOST_GROUPS = 1_000
"""Series that may come of one table."""
OF_EVERYTHING = ("sum", "count")
"""Figures that are too small where a part of the points was not heard."""
OF_SEVERAL = ("ratio", "rate")
"""Figures that are wrong when one of several sources is away, and its series with it."""
PERCENT = 100.0


class Member(NamedTuple):
    """One series of a group."""

    facts: Facts
    slots: Sequence[Slot]
    """What came of it in the time that is looked at; may be nothing."""


Groups = Mapping[Group, Sequence[Member]]


class Rule:
    """What one table says.

    Args:
        table: The table.
        derived: Names of all that is derived. Nothing is made of these, so that nothing goes round.
    """

    def __init__(self, table: DerivedConfig, derived: frozenset[str]) -> None:
        self._table = table
        self._by: list[Grouping] = [by for text in table.by if (by := grouping(text))]
        self._of = Picker(table.of, table.host, table.tags, derived)
        self._to = Picker(table.to or table.of, table.to_host or table.host, table.to_tags, derived)
        self._has_said = False

    def numbers(self, turn: Turn) -> Sequence[Number]:
        """Return a number for each group of which something came before the moment."""
        table = self._table
        window = Window(turn.moment - table.seconds_over, turn.moment)
        is_ratio = table.figure == "ratio"
        of = self._grouped(turn.store, self._of)
        to = self._grouped(turn.store, self._to) if is_ratio else {}
        if len(of) > MOST_SERIES or len(to) > MOST_SERIES:
            self._say_that_they_are_too_many()
            return ()
        members = _members(turn.store, list({**of, **to}), window)
        parts = _groups(members, of)
        wholes = _groups(members, to) if is_ratio else parts
        found = []
        for group, whole in wholes.items():
            value = self._ratio(parts.get(group, ()), whole) if is_ratio else self._figure(whole)
            members_of_it = [*whole, *parts.get(group, ())]
            if not abs(value) <= LARGEST or not self._is_known(members_of_it, turn.horizon, window):
                continue
            source = max((each.facts for each in whole if each.slots), key=_seen).source
            host, tags = group
            found.append(
                Number(table.name, value, turn.moment, host, dict(tags), table.shown, source)
            )
        return found

    def _grouped(self, store: StoreReader, picker: Picker) -> dict[str, Group]:
        """Return the series that are picked, with their groups; one too many of too many."""
        picked = islice(picker.pick(store), MOST_SERIES + 1)
        return {series: group_of(each, self._by) for series, each in picked}

    def _figure(self, members: Sequence[Member]) -> float:
        """Return what is made of the points of a group; NaN where there are none."""
        figure = self._table.figure
        if figure == "rate":
            rates = [_rate(each) for each in members]
            known = [rate for rate in rates if rate == rate]  # noqa: PLR0124 - NaN is what is not
            return sum(known) if known else nan
        slots = [slot for each in members for slot in each.slots]
        if not slots:
            return nan
        if figure == "min":
            return min(slot.low for slot in slots)
        if figure == "max":
            return max(slot.high for slot in slots)
        number, total = _count(slots), _sum(slots)
        return {"count": number, "sum": total, "avg": total / number}[figure]

    def _ratio(self, parts: Sequence[Member], whole: Sequence[Member]) -> float:
        """Return how much of the whole the parts are; NaN where that has no points, or is 0."""
        of = _count if self._table.ratio_of == "count" else _sum
        total = of(slot for each in whole for slot in each.slots)
        if not total:
            return nan
        share = of(slot for each in parts for slot in each.slots) / total
        return PERCENT * share if self._table.unit == "%" else share

    def _is_known(self, members: Sequence[Member], horizon: Horizon, window: Window) -> bool:
        """Return whether nothing is missing of a figure that could make it another one.

        A mean, a least or a most is one of what was heard.
        """
        figure = self._table.figure
        theirs = {each.facts.source for each in members}
        if figure in OF_SEVERAL:
            # What comes by one source is missing of both sides of a ratio alike, and counters
            # make up for it.
            silent = {each.facts.source for each in members if not each.slots}
            theirs = silent if len(theirs) > 1 else set()
        elif figure not in OF_EVERYTHING:
            theirs = set()
        if not theirs:
            return True
        if not theirs <= horizon.sources.keys():
            return False
        gaps = {name: each for name, each in horizon.gaps.items() if name in theirs}
        narrowed = horizon.narrowed(theirs)._replace(gaps=gaps)
        return was_heard(narrowed, window.since, window.until)

    def _say_that_they_are_too_many(self) -> None:
        if not self._has_said:
            self._has_said = True
            log.warning(
                "derived series %s would be made of more than %d series, and is not made; narrow "
                "of, host or tags in its table",
                self._table.name,
                MOST_SERIES,
            )


def duties(settings: Settings, _is_heard: bool) -> Sequence[Duty]:
    """Return what makes the derived series of a configuration."""
    tables = settings.tables(DerivedConfig)
    derived = frozenset(table.name for table in tables)
    return [
        Duty(
            f"derived:{table.name}",
            keys.DERIVED + table.name,
            int(table.seconds_every),
            Rule(table, derived).numbers,
            most=MOST_GROUPS,
        )
        for table in tables
    ]


def _members(store: StoreReader, series: Sequence[str], window: Window) -> dict[str, Member]:
    """Return what came of series; those of which nothing came for long are left out."""
    known = packed_values_of(store, keys.FACTS, series, keys.parse_facts)
    known = {name: each for name, each in known.items() if each.seen >= window.since - HOUR}
    # Only where something can have come the rings are read.
    active = {name: each for name, each in known.items() if each.event >= window.of(each).since}
    slots = slots_of(store, active, window)
    return {
        name: Member(each, [slot for slot in slots.get(name, ()) if _is_before(slot, each, window)])
        for name, each in known.items()
    }


def _is_before(slot: Slot, facts: Facts, window: Window) -> bool:
    """Return whether what is in a slot came before the end of a span."""
    until = window.of(facts).until
    if slot.start <= facts.event < slot.start + slot.step:
        return slot.start < until and (facts.event < until or slot.start + slot.step / 2 <= until)
    return slot.start + slot.step / 2 <= until


def _groups(members: Mapping[str, Member], picked: Mapping[str, Group]) -> Groups:
    groups: dict[Group, list[Member]] = {}
    for series, group in picked.items():
        if series in members:
            groups.setdefault(group, []).append(members[series])
    return groups


def _rate(member: Member) -> float:
    """Return by how much a counter grew a second; NaN where it has too few points for that."""
    return figure_of(member.slots, "rate", member.facts.event)


def _count(slots: Iterable[Slot]) -> float:
    return float(sum(slot.number for slot in slots))


def _sum(slots: Iterable[Slot]) -> float:
    return sum(slot.mean * slot.number for slot in slots)


def _seen(facts: Facts) -> float:
    return facts.seen
