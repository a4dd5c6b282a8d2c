"""Collectors as rules see them, by what they report of themselves."""

from collections.abc import Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.kinds.rows import Row
from blinkenlights.kinds.state import State, Status
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.reports import Collector
from blinkenlights.plugin.words import span

STATES = (
    State("down", ("CRITICAL",)),
    State("ahead", ("UNKNOWN",)),
    State("stopped", ("OK",)),
    State("running", ("OK",), is_crowded=True),
)


class CollectorThings(View):
    """Every collector that ever reported to this store, and was not forgotten."""

    subject = "collector"

    def __init__(self, context: ViewContext) -> None:
        horizon = context.horizon(None)
        # That nothing is heard is what a rule about collectors is about, and no doubt. They write
        # to the store themselves, so what they said is known up to now.
        self.horizon = horizon._replace(blind="", born=None, stored_up_to=horizon.now)
        self._context = context
        self._collectors = {one.name: one for one in horizon.collectors}

    def find(self, name: str, state: str) -> Found:
        """Return the collectors there are; of a name or a glob, when one is given."""
        wanted = matcher([name or "*"])
        verdicts = {n: _verdict(one) for n, one in self._collectors.items() if wanted(n)}
        shown = {n: one for n, one in verdicts.items() if state in ("", one.state)}
        return Found(len(verdicts), shown, [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        known = self.known(names)
        return {
            name: row_of(self.subject, name, _verdict(self._collectors[name]), each, self._context)
            for name, each in known.items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some reported last, and what they report."""
        sources = self.horizon.sources
        found = {}
        for one in (self._collectors[name] for name in names if name in self._collectors):
            served = [sources[source] for source in one.sources if source in sources]
            found[one.name] = Known(
                self._context.now - one.age + one.ahead,
                {
                    "waiting": sum(source.ready or 0 for source in served),
                    "away": sum(not source.connected for source in served),
                    "rejects_per_minute": one.rejects_per_minute,
                    "stored_per_second": one.stored_per_second,
                    "dropped": one.dropped,
                    "names": one.names,
                    "new_names_per_minute": one.new_names_per_minute,
                    "onward": one.onward,
                },
            )
        return found

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return all names at once: there are few."""
        del step
        if cursor:
            raise ValueError(cursor)
        return Scanned([*filter(matcher([name or "*"]), self._collectors)], "")

    def history(self, name: str) -> History:
        """Return nothing: what collectors could not hear is told of what they hear."""
        del name
        return History([], [], [])


def _verdict(one: Collector) -> Verdict:
    condition = one.condition
    if not condition:
        return Verdict("running", "OK", f"reported {span(one.age)} ago")
    word = "stopped" if one.stopped else "down" if one.age else "ahead"
    status: Status = "OK" if one.stopped else "CRITICAL" if word == "down" else "UNKNOWN"
    return Verdict(word, status, condition)
