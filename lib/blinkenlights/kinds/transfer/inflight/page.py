"""Nodes with transfers in flight: judged by what check_inflight judges them by."""

from collections.abc import Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.rows import MOST_ROWS, InFlight, Row
from blinkenlights.kinds.state import State, words_of
from blinkenlights.kinds.transfer.inflight.flown import Flown, in_flight_at
from blinkenlights.kinds.transfer.inflight.survey import Question, Trouble, survey
from blinkenlights.kinds.transfer.read import Flight
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
        self._doubt = context.doubt(self.horizon)
        self._of_all: tuple[Trouble, dict[str, list[Flight]]] | None = None

    def find(self, name: str, state: str) -> Found:
        """Return the nodes that are busy; of a name or a glob, when one is given."""
        del state
        trouble, by_node = self._surveyed()
        wanted = matcher([name or "*"])
        verdicts = {
            node: self._verdict(node, flights, trouble)
            for node, flights in by_node.items()
            if wanted(node)
        }
        ordered = sorted(verdicts, key=lambda node: WORST_FIRST.index(verdicts[node].state))
        left = ordered[MOST_ROWS:]
        return Found(
            len(verdicts),
            {node: verdicts[node] for node in ordered[:MOST_ROWS]},
            [
                (each.word, each.statuses[0], sum(verdicts[n].state == each.word for n in left))
                for each in STATES
            ],
        )

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are busy."""
        trouble, by_node = self._surveyed()
        known = self.known(names)
        return {
            name: row_of(
                self.subject,
                name,
                self._verdict(name, by_node[name], trouble),
                known.get(name),
                self._context,
            )
            for name in names
            if name in by_node
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
        """Return the next names: nodes are few, and what is in flight is read as a whole."""
        begin = int(cursor or 0)
        wanted = matcher([name or "*"])
        names = sorted(filter(wanted, self._surveyed()[1]))
        end = begin + step
        return Scanned(names[begin:end], str(end) if end < len(names) else "")

    def history(self, name: str) -> History:
        """Return what is in flight on a node, oldest first."""
        now = self._context.now
        past = in_flight_at(self._context.store, now, now)
        flown = [one for one in past.flown if one.node == name]
        missed = self._context.missed(self.horizon, list(self.horizon.sources))
        return History([], [], missed, in_flight=list(map(_in_flight, flown)))

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

    def _verdict(self, node: str, flights: Sequence[Flight], trouble: Trouble) -> Verdict:
        oldest = flights[0]
        age = span(max(0.0, self.horizon.stored_up_to - oldest.began))
        what = oldest.name or oldest.id
        busy = f"{count(len(flights), 'transfer')} in flight, oldest {what} ({age})"
        silent = trouble.stranded.get(node)
        if silent is not None:
            said = f"{busy}; the node is silent for {span(silent.silence)}, limit {silent.limit}"
            return Verdict("stranded", "CRITICAL", said, self.horizon.now - silent.silence)
        doubt = self._doubt or trouble.unsure.get(node, "")
        if doubt:
            return Verdict("unheard", "UNKNOWN", f"{busy}; {doubt}")
        return Verdict("busy", "OK", busy)


def _in_flight(one: Flown) -> InFlight:
    return InFlight(one.name or one.id, one.client, one.source, one.began)
