"""Nodes with transfers in flight: judged by what check_inflight judges them by."""

from collections.abc import Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.rows import MOST_ROWS, InFlight, Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.state import State, words_of
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.inflight.flown import facts_of
from blinkenlights.kinds.transfer.inflight.survey import Question, Trouble, survey, survey_of
from blinkenlights.kinds.transfer.read import Flight, in_flight_on
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.words import count, span

STATES = (
    State("stranded", ("CRITICAL",)),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("busy", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)


class Nodes(View):
    """Everything on which a transfer has begun that is not over."""

    subject = "node"

    def __init__(self, context: ViewContext) -> None:
        self.horizon = context.horizon("transfer")
        self._beats = context.horizon("heartbeat")
        self._context = context
        self._doubts = context.doubts(self.horizon)
        self._of_all: tuple[Trouble, dict[str, list[Flight]]] | None = None

    def find(self, name: str, state: str) -> Found:
        """Return the nodes that are busy; of a name or a glob, when one is given."""
        trouble, by_node = self._surveyed()
        wanted = matcher([name or "*"])
        verdicts = {
            node: self._verdict(flights, trouble)
            for node, flights in by_node.items()
            if wanted(node)
        }
        ordered = sorted(verdicts, key=lambda node: WORST_FIRST.index(verdicts[node].state))
        shown = [node for node in ordered if verdicts[node].status != "OK"]
        well = ordered[len(shown) :]
        if state in ("", "busy"):
            shown += well[: max(MOST_ROWS - (0 if state else len(shown)), 0)]
        return Found(
            len(verdicts),
            {node: verdicts[node] for node in shown},
            [("busy", "OK", len(verdicts) - len(shown))],
        )

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are busy."""
        store = self._context.store
        flights = {name: mine for name in names if (mine := in_flight_on(store, name))}
        found = survey_of(store, self.horizon, self._beats, flights)
        return {
            name: row_of(
                self.subject,
                name,
                self._verdict(mine, found),
                Known(mine[-1].began, {"in_flight": len(mine)}),
                self._context,
            )
            for name, mine in flights.items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return how much is in flight on some, and since when the newest of it."""
        _, by_node = self._surveyed()
        return {
            name: Known(
                max(flight.began for flight in by_node[name]), {"in_flight": len(by_node[name])}
            )
            for name in names
            if name in by_node
        }

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        scanned = scan_sets(self._context.store, [keys.INFLIGHT], cursor, "", step)
        wanted = matcher([name or "*"])
        nodes = dict.fromkeys(each.partition("\0")[0] for each in scanned.names)
        return Scanned([node for node in nodes if wanted(node)], scanned.cursor)

    def history(self, name: str) -> History:
        """Return what is in flight on a node, oldest first: the first `MOST_ROWS`."""
        store = self._context.store
        first = in_flight_on(store, name)[:MOST_ROWS]
        facts = facts_of(store, [f"{name}\0{each.id}" for each in first])
        listed = []
        for each in first:
            client, source, path = facts.get(f"{name}\0{each.id}", ("", "", ""))
            listed.append(InFlight(path or each.id, client, source, each.began))
        missed = self._context.missed(self.horizon, list(self.horizon.sources))
        return History([], [], missed, in_flight=listed)

    def _surveyed(self) -> tuple[Trouble, dict[str, list[Flight]]]:
        if self._of_all is None:
            store = self._context.store
            census = heartbeats.read_census(store.ask(*heartbeats.COMMANDS))
            asked = Question([], None, None)
            trouble = survey(store, asked, census, self.horizon, self._beats)
            by_node: dict[str, list[Flight]] = {}
            for flight in trouble.flights:
                by_node.setdefault(flight.node, []).append(flight)
            self._of_all = trouble, by_node
        return self._of_all

    def _verdict(self, flights: Sequence[Flight], trouble: Trouble) -> Verdict:
        oldest = flights[0]
        age = span(max(0.0, self.horizon.stored_up_to - oldest.began))
        what = oldest.name or oldest.id
        busy = f"{count(len(flights), 'transfer')} in flight, oldest {what} ({age})"
        silent = trouble.stranded.get(oldest.node)
        if silent is not None:
            said = f"{busy}; the node is silent for {span(silent.silence)}, limit {silent.limit}"
            return Verdict("stranded", "CRITICAL", said, self.horizon.now - silent.silence)
        doubt = trouble.unsure.get(oldest.node) or next(iter(self._doubts), "")
        if doubt:
            return Verdict("unheard", "UNKNOWN", f"{busy}; {doubt}")
        return Verdict("busy", "OK", busy)
