"""Evaluates all rules over all things in a store, look by look."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.rules.counting import Counted
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.judging import judge, names_of
from blinkenlights.rules.moment import Moment
from blinkenlights.rules.pairs import Pairs
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.things import Present
from blinkenlights.rules.vocabulary import foreseen_of, numbers_of
from blinkenlights.store.reader import StoreReader

OVER_WINDOW = frozenset(("rate", "avg", "min", "max", "count"))
NOT_SELECTED = Judged("ended", "the rule is not about it any more")


class Found(NamedTuple):
    """What came of one rule for one thing."""

    rule: Rule
    thing: Thing
    judged: Judged
    up_to: float
    """Up to when it is judged."""


class Looked(NamedTuple):
    """What came of one look. Times are seconds since the epoch."""

    found: Sequence[Found]
    """Every pair that may begin an alert, and every one that is tracked."""
    counted: Mapping[str, Counted]
    """By the name of the rule, of every rule."""
    up_to: float
    """Up to when everything is judged."""
    blind: str
    """Why nothing at all can be judged; empty when something can."""
    things: int
    pairs: int
    deaf: str = ""
    """Why some things cannot be judged, though others can; empty when all can."""


class Group(NamedTuple):
    """What rules have in common that are judged together."""

    subject: str
    window: float
    """Seconds over which numbers are taken; 0 where none is."""


class Evaluation:
    """Rules, and what came of them. Not for several threads at once."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._groups: dict[Group, Pairs] = {}
        self._group_of: dict[str, Group] = {}
        self._now = 0.0
        self._up_to: dict[str, float] = {}

    def follow(self, rules: Mapping[str, Rule]) -> None:
        """Judge these rules from now on, by their names."""
        self._rules = dict(rules)
        self._group_of = {name: group_of(rule) for name, rule in rules.items()}
        by_group: dict[Group, list[Rule]] = {}
        for name, group in self._group_of.items():
            by_group.setdefault(group, []).append(rules[name])
        self._groups = {
            group: self._groups[group]
            if group in self._groups and self._groups[group].rules == tuple(some)
            else Pairs(some)
            for group, some in by_group.items()
        }

    def look(
        self, store: StoreReader, now: float, tracked: Collection[tuple[str, str]] = ()
    ) -> Looked:
        """Return what comes of all rules for the things in a store now; raises a StoreError."""
        return self.look_at(Present(store, now), tracked)

    def look_at(self, moment: Moment, tracked: Collection[tuple[str, str]] = ()) -> Looked:
        """Return what comes of all rules at a moment.

        Args:
            moment: All things then.
            tracked: Rule and thing of alerts. They are looked at whatever becomes of the thing;
                those of rules that are not followed are left out.
        """
        followed = [each for each in tracked if each[0] in self._rules]
        extra: dict[Group, list[str]] = {}
        for rule, name in followed:
            extra.setdefault(self._group_of[rule], []).append(name)
        self._now, self._up_to = moment.now, {}
        for group, pairs in self._groups.items():
            _look(moment, group, pairs, extra.get(group, ()))
            self._up_to[group.subject] = moment.up_to(group.subject)
        counted: dict[str, Counted] = {}
        for pairs in self._groups.values():
            counted |= pairs.counted()
        return Looked(
            self._found(followed),
            {name: counted[name] for name in self._rules},
            min(self._up_to.values(), default=moment.now),
            moment.blind,
            len({(g.subject, name) for g, pairs in self._groups.items() for name in pairs.names()}),
            sum(pairs.number for pairs in self._groups.values()),
            moment.deaf,
        )

    def all_found(self) -> Iterator[Found]:
        """Give every pair as of the last look, also those that are well."""
        for pairs in self._groups.values():
            yield from (self._judged(rule, thing) for rule, thing in pairs.every())

    def _found(self, tracked: Sequence[tuple[str, str]]) -> list[Found]:
        wanted: dict[tuple[str, str], tuple[Rule, Thing]] = {}
        for pairs in self._groups.values():
            wanted |= {(rule.name, thing.name): (rule, thing) for rule, thing in pairs.bad()}
        ended: list[Found] = []
        for name, of in tracked:
            rule, pairs = self._rules[name], self._groups[self._group_of[name]]
            thing = pairs.thing(of)
            if thing is None:
                continue
            if pairs.is_about(rule, of) or not thing.is_known:
                wanted[name, of] = rule, thing
            else:
                ended.append(Found(rule, thing, NOT_SELECTED, self._up_to[thing.subject]))
        return ended + [self._judged(rule, thing) for rule, thing in wanted.values()]

    def _judged(self, rule: Rule, thing: Thing) -> Found:
        return Found(rule, thing, judge(rule, thing, self._now), self._up_to[thing.subject])


def group_of(rule: Rule) -> Group:
    """Return with which others a rule is judged."""
    used = names_of(rule) | {name for name in OVER_WINDOW if _says(rule, name)}
    return Group(rule.selector.subject, rule.window if used & OVER_WINDOW else 0.0)


def wants_numbers(rules: Collection[Rule]) -> bool:
    """Return whether any of some rules of one subject uses a number."""
    return any(_uses(rule, numbers_of(rule.selector.subject)) for rule in rules)


def wants_expectations(rules: Collection[Rule]) -> bool:
    """Return whether any of some rules of one subject uses what is expected."""
    return any(_uses(rule, foreseen_of(rule.selector.subject)) for rule in rules)


def _uses(rule: Rule, names: Collection[str]) -> bool:
    return any(name in names_of(rule) or _says(rule, name) for name in names)


def _look(moment: Moment, group: Group, pairs: Pairs, extra: Sequence[str]) -> None:
    globs = dict.fromkeys(name for rule in pairs.rules for name in rule.selector.names)
    names = dict.fromkeys([*moment.names(group.subject, list(globs)), *extra])
    things = moment.things(
        group.subject,
        list(names),
        group.window,
        measured=wants_numbers(pairs.rules),
        expected=wants_expectations(pairs.rules),
    )
    pairs.look(things, moment.now)


def _says(rule: Rule, name: str) -> bool:
    """Return whether a text of a rule says a value."""
    return any(text and f"{{{name}}}" in text.text for text in (rule.text, rule.runbook))
