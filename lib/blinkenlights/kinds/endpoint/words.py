"""What is said of endpoints: on line 1 of check_endpoint, and in its lines for -v."""

from collections.abc import Iterator, Sequence

from blinkenlights.kinds.endpoint.reasons import REASON_BYTES, policy, why
from blinkenlights.kinds.endpoint.survey import DECLARED_LIMIT, Declared, Endpoint, Found
from blinkenlights.kinds.endpoint.workers import beside, instead
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.sentences import not_heard, since_it_began, with_limits
from blinkenlights.plugin.words import (
    NAMED,
    clean,
    count,
    listing,
    moment,
    plain,
    short,
    span,
)

WORDS = ("good", "degraded", "failed")
"""By the level of a result."""


class EndpointWords:
    """The words for endpoints at a horizon; `each...` gives lines for -v."""

    def __init__(self, found: Found, horizon: Horizon) -> None:
        """Take what was found, and what could be heard."""
        self.found = found
        self.horizon = horizon

    def bad(self, word: str) -> str:
        """Return which endpoints fail or are degraded, since when, and why."""
        ones = self.found.of(word)
        if self._is_one:
            one = ones[0]
            return f"{short(one.name)} {word} for {self._age(one)}{beside(one)}: {why(one)}"
        most = REASON_BYTES // (1 if len(ones) == 1 else 2)
        names = [f"{short(one.name)} ({self._age(one)}): {why(one, most)}" for one in ones[:NAMED]]
        return f"{len(ones)} {self._of_all} {word}: {listing(names, NAMED, len(ones))}"

    def each_bad(self, word: str) -> Iterator[str]:
        """Yield a line for each that fails or is degraded."""
        for one in self.found.of(word):
            yield (
                f"{clean(one.name)} {word} for {self._age(one)}, since {moment(one.since)}, "
                f"{policy(one)}{beside(one)}: {why(one, 10 * REASON_BYTES)}"
            )

    def overdue(self) -> str:
        """Return which endpoints are not probed in time."""
        ones = self.found.of("overdue")
        if self._is_one:
            name = short(ones[0].name)
            return f"{name} not probed in time: {self.not_probed(ones[0])}; see check_probe"
        names = [f"{short(one.name)} ({self.not_probed(one)})" for one in ones[:NAMED]]
        return (
            f"{len(ones)} {self._of_all} not probed in time, see check_probe: "
            f"{listing(names, NAMED, len(ones))}"
        )

    def each_overdue(self) -> Iterator[str]:
        """Yield a line for each that is not probed in time."""
        for one in self.found.of("overdue"):
            yield f"{clean(one.name)} not probed in time: {self.not_probed(one)}"

    def unheard(self) -> str:
        """Return which endpoints may not have been heard, and why."""
        ones = self.found.of("unheard")

        def those(ones: Sequence[Endpoint], most: int) -> str:
            each = [(one.name, self.horizon.now - one.facts.ended, "") for one in ones]
            return with_limits(each, len(ones), most)

        return not_heard(
            [(self._deafness(one), one) for one in ones], those, self._of_all, once=True
        )

    def each_unheard(self) -> Iterator[str]:
        """Yield a line for each that may not have been heard."""
        for one in self.found.of("unheard"):
            ended = moment(one.facts.ended)
            yield f"{clean(one.name)} not heard since {ended}, {self._deafness(one)}"

    def never_seen(self) -> str:
        """Return which were declared and have no result."""
        ones = self.found.never
        each = [(one.name, one.silence, span(DECLARED_LIMIT)) for one in ones]
        endpoints = count(len(ones), "expected endpoint")
        return f"{endpoints} never probed since declared: {with_limits(each, len(ones))}"

    def each_never(self, ones: Sequence[Declared]) -> Iterator[str]:
        """Yield a line for each that was declared and has no result."""
        for one in ones:
            yield (
                f"{clean(one.name)} declared and never probed since {moment(one.since)}, "
                f"limit {span(DECLARED_LIMIT)}"
            )

    def removed(self) -> str:
        """Return which were asked for and are named by no file any more."""
        now = self.horizon.now
        names = [
            f"{short(name)} ({span(max(0.0, now - at))} ago)"
            for name, at in self.found.removed.items()
        ]
        return f"removed from the endpoint files: {listing(names, NAMED)}"

    def missing(self, *, is_filtered: bool) -> str:
        """Return what was asked for and is not there."""
        began = since_it_began(self.horizon)
        if self.found.missing:
            names = listing([short(name) for name in self.found.missing], NAMED)
            if self.found.folder:
                return f"not known: {names}, named by no file in {clean(self.found.folder)}"
            return f"not known: {names}, neither probed nor declared{began}"
        if is_filtered:
            return f"no endpoint matches what was asked for{began}"
        if self.found.folder:
            return f"no endpoint known: no file in {clean(self.found.folder)} has one"
        return f"no endpoint known: nobody has probed one{began}"

    def left(self) -> str:
        """Return how many were not looked at."""
        return f"{self.found.left} further endpoints not looked at: narrow it by names or --label"

    def all_well(self) -> str:
        """Return what there is when nothing is wrong."""
        found = self.found
        if self._is_one and found.endpoints:
            one = found.endpoints[0]
            return f"{short(one.name)} {one.word}, {self.last(one)}"
        slow = max(
            found.endpoints, key=lambda one: one.details.phases.get("total", 0.0), default=None
        )
        text = f"{count(found.total - len(found.pending), 'endpoint')} good"
        bad = sum(len(found.of(word)) for word in ("failing", "overdue", "degraded"))
        if bad or found.never:
            # They may be asked for as no trouble: they are named all the same.
            words = [w for w in ("failing", "degraded") if found.of(w)]
            lost = [self.bad(word) for word in words]
            lost += [self.overdue()] if found.of("overdue") else []
            lost += [self.never_seen()] if found.never else []
            well = found.total - bad - len(found.never) - len(found.pending)
            text = "; ".join([f"{well} of {count(found.total, 'endpoint')} good", *lost])
        elif slow is not None:
            text += f", slowest {short(slow.name)} {seconds(slow.details.phases.get('total'))}"
        often = [(one, instead(one)) for one in found.endpoints]
        slowed = [f"{short(one.name)} {every}" for one, every in often if every]
        if slowed:
            text += f", probed less often than planned: {listing(slowed, NAMED)}"
        beside = []
        if found.pending:
            names = listing([short(one.name) for one in found.pending], NAMED)
            beside.append(f"expected and not probed yet: {names}")
        if found.retired:
            beside.append(f"retired: {listing([short(name) for name in found.retired], NAMED)}")
        is_nothing_else = found.total == len(found.pending) and beside
        return "; ".join(beside if is_nothing_else else [text, *beside])

    def last(self, one: Endpoint) -> str:
        """Return what the last result of one was, when, and when its prober makes the next."""
        facts, details, now = one.facts, one.details, self.horizon.now
        text = f"probed {span(max(0.0, round(now - facts.ended)))} ago"
        if "total" in details.phases:
            text += f" in {seconds(details.phases['total'])}"
        every = instead(one)
        text += f", {every}" if every else ""
        if facts.level:
            text += f": {WORDS[facts.level]} then, {policy(one)} ({why(one)})"
        elif details.next > now and not self.found.folder:
            text += f", next in {span(max(1.0, round(details.next - now)))}"
        return text

    def not_probed(self, one: Endpoint) -> str:
        """Return when one was probed last, by whom, since when it is due, and how it was."""
        now, due = self.horizon.now, one.details.next
        who = one.details.worker or one.details.prober
        by = f" by {clean(who)}" if who else ""
        by += f" at {clean(one.details.location)}" if one.details.location else ""
        was = "failing" if one.facts.failing.is_bad else WORDS[one.facts.level]
        return (
            f"last {span(max(0.0, round(now - one.facts.ended)))} ago{by}, due "
            f"{span(max(0.0, round(now - due)))} ago, {was} then"
        )

    @property
    def _is_one(self) -> bool:
        return self.found.total == len(self.found.endpoints) == 1

    @property
    def _of_all(self) -> str:
        return f"of {self.found.total} endpoints"

    def _age(self, one: Endpoint) -> str:
        return span(max(0.0, round(self.horizon.now - one.since)))

    def _deafness(self, one: Endpoint) -> str:
        return self.horizon.deafness(one.facts.source, one.facts.ended)


def seconds(value: float | None) -> str:
    """Return a short time in words: `0.081s`."""
    return "not known" if value is None else f"{plain(round(value, 3))}s"
