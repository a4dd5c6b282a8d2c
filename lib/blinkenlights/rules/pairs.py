"""All pairs of some rules and the things that they are about, judged again where something changed.

What costs is done once: which rules apply to a thing is found out when it is new or its tags have
changed, and a thing is judged when something of it has changed that its rules look at.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from blinkenlights.rules.context import Prepared
from blinkenlights.rules.counting import Counted, Counting
from blinkenlights.rules.matched import Matched
from blinkenlights.rules.rule import Rule, Selector
from blinkenlights.rules.selecting import Selects, selecting
from blinkenlights.rules.thing import Thing


class _Cell:
    """One thing and what came of its rules."""

    __slots__ = ("key", "matched", "outcomes", "place", "prepared", "thing")

    def __init__(self, thing: Thing, matched: Matched) -> None:
        self.thing = thing
        self.matched = matched
        self.key: object = None
        self.place: object = None
        self.prepared: Prepared | None = None
        self.outcomes: dict[int, str] | None = None

    @property
    def is_well(self) -> bool:
        """Whether nothing of it has to be counted or told."""
        thing = self.thing
        return not self.outcomes and not thing.doubt and not thing.ended and thing.is_known

    def judge(self, now: float) -> None:
        """Judge all its rules anew."""
        thing, matched = self.thing, self.matched
        self.key = matched.key(thing)
        self.place = matched.place(thing, now) if matched.uses_time else None
        if thing.doubt or thing.ended or not thing.is_known:
            self.outcomes = None
            return
        if self.prepared is None:
            self.prepared = Prepared(thing, now, matched.names)
        else:
            self.prepared.follow(thing, now, matched.names)
        self.outcomes = matched.outcomes(self.prepared.context)


class Pairs:
    """Rules of one subject, and things.

    Args:
        rules: All of one subject, whose numbers are over one window.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._selects: list[tuple[Selects, list[int]]] = [
            (selecting(selector), at) for selector, at in _by_selector(rules)
        ]
        self._matched: dict[tuple[int, ...], Matched] = {}
        self._cells: dict[str, _Cell] = {}
        self._not_well: dict[str, _Cell] = {}
        self._things = Counter[Matched]()
        """How many things each of `_matched` is of."""
        self.judged = 0
        """How many pairs were judged at the last look, and were not as before."""

    def look(self, things: Mapping[str, Thing], now: float) -> None:
        """Judge what has changed; things that are not given are forgotten."""
        self.judged = 0
        cells = self._cells
        for name, thing in things.items():
            cell = cells.get(name)
            if cell is None:
                cell = cells[name] = _Cell(thing, self._rules_of(thing))
                self._things[cell.matched] += 1
            else:
                before, cell.thing = cell.thing, thing
                matched = cell.matched
                if (matched.key(thing) == cell.key or matched.is_like(before, thing)) and (
                    not matched.uses_time or cell.place == matched.place(thing, now)
                ):
                    continue
                if before.tags != thing.tags:
                    self._match_again(cell)
            cell.judge(now)
            self.judged += len(cell.matched.rules)
            if cell.is_well:
                self._not_well.pop(name, None)
            else:
                self._not_well[name] = cell
        if len(cells) > len(things):
            for name in cells.keys() - things.keys():
                self._things[cells.pop(name).matched] -= 1
                self._not_well.pop(name, None)

    @property
    def number(self) -> int:
        """How many pairs there are."""
        return sum(len(matched.rules) * number for matched, number in self._things.items())

    def names(self) -> Collection[str]:
        """Return the names of all things that a rule is about."""
        return [name for name, cell in self._cells.items() if cell.matched.rules]

    def thing(self, name: str) -> Thing | None:
        """Return a thing as it was at the last look; None where it was not given."""
        cell = self._cells.get(name)
        return cell.thing if cell else None

    def is_about(self, rule: Rule, name: str) -> bool:
        """Return whether a rule is about a thing."""
        cell = self._cells.get(name)
        return cell is not None and rule.name in cell.matched.by_name

    def every(self) -> Iterator[tuple[Rule, Thing]]:
        """Give all pairs."""
        for cell in self._cells.values():
            for rule in cell.matched.rules:
                yield rule, cell.thing

    def bad(self) -> Iterator[tuple[Rule, Thing]]:
        """Give the pairs that may begin an alert."""
        for cell in self._not_well.values():
            thing, rules = cell.thing, cell.matched.rules
            if not thing.is_known and not thing.doubt:
                # What is only tracked still, and gone, is no matter of others.
                yield from (
                    (rule, thing)
                    for rule in rules
                    if rule.missing != "keep" and thing.name in rule.selector.names
                )
            for at, outcome in (cell.outcomes or {}).items():
                if outcome in ("warning", "critical") or rules[at].missing != "keep":
                    yield rules[at], thing

    def counted(self) -> dict[str, Counted]:
        """Return how the things of each rule are, by the name of the rule."""
        counting = Counting(self.rules, self._things)
        for cell in self._not_well.values():
            counting.add(cell.thing, cell.matched, cell.outcomes)
        return counting.counted()

    def _match_again(self, cell: _Cell) -> None:
        self._things[cell.matched] -= 1
        cell.matched = self._rules_of(cell.thing)
        self._things[cell.matched] += 1

    def _rules_of(self, thing: Thing) -> Matched:
        """Return the rules that are about a thing; things with the same ones share them."""
        name, tags = thing.name, thing.tags
        places: list[int] = []
        for selects, at in self._selects:
            if selects(name, tags):
                places += at
        key = tuple(places)
        found = self._matched.get(key)
        if found is None:
            found = self._matched[key] = Matched([self.rules[at] for at in sorted(places)])
        return found


def _by_selector(rules: Sequence[Rule]) -> list[tuple[Selector, list[int]]]:
    """Return the places of the rules with each selector: many are about the same things."""
    found: dict[object, tuple[Selector, list[int]]] = {}
    for at, rule in enumerate(rules):
        _, names, but, where = rule.selector
        key = (names, but, tuple(sorted(where.items())))
        found.setdefault(key, (rule.selector, []))[1].append(at)
    return list(found.values())
