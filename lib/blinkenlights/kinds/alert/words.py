"""What is said of rules and alerts: on line 1 of check_rule, in its lines for -v, on the page."""

from collections.abc import Iterator, Mapping, Sequence

from blinkenlights.kinds.alert.keys import Active
from blinkenlights.kinds.alert.read import Acknowledged
from blinkenlights.kinds.alert.survey import RuleFound
from blinkenlights.plugin.words import NAMED, clean, count, listing, short, span

LONG_BYTES = 120


class RuleWords:
    """The words for rules at a moment."""

    def __init__(
        self, rules: Sequence[RuleFound], now: float, taken: Mapping[str, Acknowledged]
    ) -> None:
        """Take the rules, the present, and who takes care of what, by episode."""
        self.rules = rules
        self.now = now
        self._taken = taken

    def of(self, word: str) -> list[RuleFound]:
        """Return those in one state."""
        return [one for one in self.rules if one.word == word]

    def alerts(self, level: str) -> list[Active]:
        """Return all that fire at a level, by rules that are evaluated, longest first."""
        found = [each for one in self.of("firing") for each in one.firing if each.level == level]
        return sorted(found, key=lambda each: each.since)

    def fire(self, level: str) -> str:
        """Return what fires at a level: `queue is long: web1.queue: value was 120, limit 100`."""
        alerts = self.alerts(level)
        told = [alert_in_words(each, self.now) for each in alerts[:NAMED]]
        left = len(alerts) - len(told)
        return "; ".join([*told, *([f"{left} more {level}"] if left else [])])

    def each_alert(self, level: str) -> Iterator[str]:
        """Yield a line for each that fires at a level."""
        for each in self.alerts(level):
            held = f" ({clean(each.held)})" if each.held else ""
            told = f"; told {listing(sorted(map(clean, each.told)), NAMED)}" if each.told else ""
            taken = self._taken.get(each.episode)
            by = f"; {taken.in_words}" if taken and taken.counts(self.now) else ""
            yield f"{alert_in_words(each, self.now)}{held}{told}{by}"

    def said(self, word: str) -> str:
        """Return what is to be said of the rules in one state, for line 1."""
        found = self.of(word)
        if word == "stale" and len(found) > 1:
            return self._stale(found)
        told = [rule_in_words(one, self.now) for one in found[:NAMED]]
        left = len(found) - len(told)
        return "; ".join([*told, *([f"{count(left, 'more rule')} {word}"] if left else [])])

    def _stale(self, found: Sequence[RuleFound]) -> str:
        """Return that several are not evaluated any more, which has one reason."""
        names = listing([short(one.name) for one in found], NAMED)
        fired = sum(len(one.firing) for one in found)
        then = f", {count(fired, 'alert')} fired then" if fired else ""
        age = span(round(max(one.age for one in found)))
        limit = span(min(one.limit for one in found))
        return (
            f"{len(found)} rules were not evaluated for {age}, limit {limit}{then}: {names}: does "
            f"blinkenlights alert run?"
        )

    def each(self, word: str) -> Iterator[str]:
        """Yield a line for each in one state."""
        for one in self.of(word):
            yield rule_in_words(one, self.now)

    def all_well(self) -> str:
        """Return what there is when nothing is wrong."""
        things = sum(one.evaluated.things for one in self.rules)
        pending = [each for one in self.rules for each in one.pending]
        if len(self.rules) == 1:
            text = f"rule {short(self.rules[0].name)} holds for {count(things, 'thing')}"
        else:
            text = f"{count(len(self.rules), 'rule')} hold for {count(things, 'thing')}"
        if pending:
            text += f"; {len(pending)} pending, first {alert_in_words(pending[0], self.now)}"
        oldest = max((one.age for one in self.rules), default=0.0)
        return f"{text}; evaluated {span(round(oldest))} ago"


def alert_in_words(one: Active, now: float) -> str:
    """Return what is bad about one thing, how much, against which limit, and since when."""
    text = f"{short(one.rule)}: {short(one.thing)}: {short(one.why, LONG_BYTES)}"
    if one.missing_since:
        text += f", nothing came for {span(round(max(0.0, now - one.missing_since)))}"
    text += f", for {span(round(max(0.0, now - one.since)))}"
    return f"{text}, flapping" if one.is_flapping else text


def rule_in_words(one: RuleFound, now: float) -> str:
    """Return what is to be said of one rule."""
    evaluated, name = one.evaluated, f"rule {short(one.name)}"
    if one.word == "stale":
        fired = f", {count(len(one.firing), 'alert')} fired then" if one.firing else ""
        return (
            f"{name} was not evaluated for {span(round(one.age))}, limit {span(one.limit)}"
            f"{fired}: does blinkenlights alert run?"
        )
    if one.word == "firing":
        worst = max(one.firing, key=lambda each: (each.level == "critical", -each.since))
        more = f" and {len(one.firing) - 1} more" if len(one.firing) > 1 else ""
        return f"{alert_in_words(worst, now)}{more}"
    if one.word == "unheard":
        return (
            f"{name} cannot be judged for {evaluated.doubtful} of "
            f"{count(evaluated.things, 'thing')}: {short(evaluated.doubt, LONG_BYTES)}"
        )
    if one.word == "missing" and not evaluated.things:
        return f"{name} is about nothing: no {evaluated.subject} is selected by it"
    if one.word == "missing":
        names = listing(list(map(short, evaluated.missing_names)), NAMED, evaluated.missing)
        return f"{name} has nothing to judge of {names}: nothing came"
    limits = ", ".join(f"{level} {clean(text)}" for level, text in evaluated.limits.items())
    if one.word == "pending":
        return f"{name}: {len(one.pending)} pending, {alert_in_words(one.pending[0], now)}"
    return f"{name} holds for {count(evaluated.things, 'thing')} ({short(limits, LONG_BYTES)})"


def problems(rules: Sequence[RuleFound]) -> Mapping[str, str]:
    """Return what is wrong with files of rules: rule -> sentence."""
    return {one.name: clean(one.evaluated.problem) for one in rules if one.evaluated.problem}
