"""The state of each endpoint in words, from what was surveyed."""

from collections.abc import Iterator

from blinkenlights.kinds.endpoint.reasons import policy, why
from blinkenlights.kinds.endpoint.survey import DECLARED_LIMIT, Declared, Endpoint, Found
from blinkenlights.kinds.endpoint.words import EndpointWords
from blinkenlights.kinds.endpoint.workers import beside
from blinkenlights.kinds.named_view import NamedVerdicts
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Verdict, last_seen
from blinkenlights.plugin.words import moment, span

_BAD: tuple[tuple[str, Status], ...] = (("failing", "CRITICAL"), ("degraded", "WARNING"))
_REASON_BYTES = 500


class Verdicts(NamedVerdicts):
    """Says how each endpoint is."""

    word = "good"

    def of(self, found: Found) -> dict[str, Verdict]:
        """Return what is to be said of all that was found, worst first."""
        verdicts: dict[str, Verdict] = {}
        for name, verdict in self._each(found):
            verdicts.setdefault(name, verdict)
        return verdicts

    def _each(self, found: Found) -> Iterator[tuple[str, Verdict]]:
        for declared in found.never:
            yield declared.name, self._never(declared)
        words = EndpointWords(found, self._horizon)
        for one in found.endpoints:
            yield one.name, self._of_one(one, words)
        # It may have been probed while nobody heard it, or before the store was new.
        status: Status = "UNKNOWN" if self._horizon.doubts else "OK"
        for declared in found.pending:
            yield declared.name, Verdict("expected", status, "declared, not probed yet")
        for name, at in found.removed.items():
            sentence = f"removed from the endpoint files, {moment(at)}"
            yield name, Verdict("removed", "UNKNOWN", sentence, at)
        for name, at in found.retired.items():
            yield name, Verdict("retired", "OK", f"retired since {moment(at)}", at)

    def _of_one(self, one: Endpoint, words: EndpointWords) -> Verdict:
        if self._horizon.blind or one.word == "unheard":
            return self._unheard(one)
        for word, status in _BAD:
            if one.word == word:
                lasted = span(max(0.0, round(self._horizon.now - one.since)))
                sentence = (
                    f"{word} for {lasted}, {policy(one)}{beside(one)}: {why(one, _REASON_BYTES)}"
                )
                return Verdict(word, status, sentence, one.since)
        if one.word == "overdue":
            sentence = f"not probed in time: {words.not_probed(one)}"
            return Verdict("overdue", "UNKNOWN", sentence, one.facts.ended)
        if self._doubt:
            return self._unheard(one)
        return Verdict("good", "OK", words.last(one), one.since)

    def _never(self, one: Declared) -> Verdict:
        if self._horizon.blind:
            return Verdict("unheard", "UNKNOWN", f"never probed; {self._doubt}")
        sentence = (
            f"declared {span(round(one.silence))} ago and never probed, limit "
            f"{span(DECLARED_LIMIT)}"
        )
        return Verdict("expected", "CRITICAL", sentence, one.since)

    def _unheard(self, one: Endpoint) -> Verdict:
        age = last_seen(one.facts.ended, self._horizon.now, "probed")
        why_not = self._doubt or self._horizon.deafness(one.facts.source, one.facts.ended)
        return Verdict("unheard", "UNKNOWN", f"{age}; {why_not}")
