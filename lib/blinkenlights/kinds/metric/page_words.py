"""The state of each series in words, from what was surveyed."""

from collections.abc import Iterator

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.metric.said import description_of, limit_words
from blinkenlights.kinds.metric.survey import Declared, Found, Series
from blinkenlights.kinds.named_view import NamedVerdicts
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Verdict, last_seen
from blinkenlights.plugin.words import brief, moment, span

_SAID: tuple[tuple[str, Status], ...] = (
    ("critical", "CRITICAL"),
    ("unknown", "UNKNOWN"),
    ("warning", "WARNING"),
)


class Verdicts(NamedVerdicts):
    """Says how each series is."""

    word = "alive"

    def not_well(self, found: Found) -> dict[str, Verdict]:
        """Return what is to be said of all that are not well, worst first."""
        if self._horizon.blind:
            seen = {one.name: one.facts.seen for one in found.series}
            names = [*seen, *(one.name for one in [*found.never, *found.pending])]
            return {name: self._unheard(seen.get(name)) for name in names}
        verdicts: dict[str, Verdict] = {}
        for name, verdict in self._each(found):
            verdicts.setdefault(name, verdict)
        return verdicts

    def of_well(self, one: Series) -> Verdict:
        """Return what is to be said of one that is neither stale nor says that it is not well."""
        if self._doubt:
            return self._unheard(one.facts.seen)
        age = last_seen(one.facts.seen, self._horizon.now)
        value = f"{brief(one.facts.value)}, " if one.facts.value == one.facts.value else ""
        if not one.limit:
            return Verdict("alive", "OK", f"{value}{age}, how often it comes is not known yet")
        return Verdict("alive", "OK", f"{value}{age}, limit {limit_words(one)}")

    def of_retired(self, since: float) -> Verdict:
        """Return what is to be said of one that was retired."""
        return Verdict("retired", "OK", f"retired since {moment(since)}", since)

    def of_stopped(self, since: float) -> Verdict:
        """Return what is to be said of one that went in good order."""
        ago = span(max(0.0, round(self._horizon.now - since)))
        return Verdict("stopped", "OK", f"shut down {ago} ago, at {moment(since)}", since)

    def _each(self, found: Found) -> Iterator[tuple[str, Verdict]]:
        for one in found.of("silent"):
            yield one.name, self._gone(one, "CRITICAL")
        for declared in found.never:
            yield declared.name, self._never(declared)
        yield from self._saying(found, *_SAID[0])
        for one in found.of("ahead"):
            yield one.name, self._ahead(one)
        for one in found.of("unheard"):
            yield one.name, self._unheard(one.facts.seen)
        for one in found.of("stale"):
            yield one.name, self._gone(one, "UNKNOWN")
        for status, means in _SAID[1:]:
            yield from self._saying(found, status, means)
        for declared in found.pending:
            sentence = "declared, not seen yet"
            yield declared.name, Verdict("expected", self.well_status, sentence)

    def _saying(self, found: Found, status: str, means: Status) -> Iterator[tuple[str, Verdict]]:
        for one in found.saying(status):
            since = one.facts.since
            said = description_of(one, 500)
            lasted = span(max(0.0, round(self._horizon.now - since)))
            sentence = f"says {status} for {lasted}, since {moment(since)}"
            yield one.name, Verdict(status, means, sentence + (f": {said}" if said else ""), since)

    def _gone(self, one: Series, status: Status) -> Verdict:
        seen = one.facts.seen
        sentence = (
            f"{one.word} for {span(round(one.silence))}, since {moment(seen)}, "
            f"limit {limit_words(one)}"
        )
        return Verdict(one.word, status, sentence, seen)

    def _never(self, one: Declared) -> Verdict:
        sentence = (
            f"declared {span(round(one.silence))} ago and never seen, limit {span(one.limit)}"
        )
        return Verdict("expected", "CRITICAL", sentence, one.since)

    def _ahead(self, one: Series) -> Verdict:
        ahead = span(round(one.facts.seen - self._horizon.now))
        sentence = (
            f"last seen {ahead} ahead of our clock, limit {span(CLOCK_TOLERANCE)}: a clock is wrong"
        )
        return Verdict("ahead", "UNKNOWN", sentence, one.facts.seen)

    def _unheard(self, seen: float | None) -> Verdict:
        age = last_seen(seen, self._horizon.now) if seen else "never seen"
        why = self._doubt or "not heard since the collector could not listen"
        return Verdict("unheard", "UNKNOWN", f"{age}; {why}")
