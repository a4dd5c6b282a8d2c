"""What check_inflight answers for transfers in flight that were surveyed."""

from collections.abc import Iterator

from blinkenlights.kinds.transfer.inflight.survey import Slow, Trouble
from blinkenlights.kinds.transfer.read import Flight
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, doubts
from blinkenlights.plugin.nagios import Critical, ServiceState, Unknown, Warn
from blinkenlights.plugin.sentences import ahead_of_our_clock, dated
from blinkenlights.plugin.words import NAMED, clean, count, grouped, listing, rounded, short, span

NAME_BYTES = 60
"""Names of files are longer than others."""


def answer(
    found: Trouble, horizon: Horizon, beats: Horizon, missing: ServiceState | None
) -> Answer:
    """Return what is to be said of the transfers that were asked about.

    Args:
        found: The transfers, and what their nodes are in.
        horizon: By which transfers are judged.
        beats: By which nodes are judged.
        missing: What it means when a node is not known; None for the usual.
    """
    reasons = horizon.doubts
    if beats.blind and found.unsure:
        reasons = [*reasons, f"of no node is known whether it lives: {beats.blind}"]
        found = found._replace(unsure={})
    words = _Words(found, horizon)
    judgement = Judgement(_problems(words, reasons, missing), horizon.blind)
    facts = {
        "stranded": [flight._asdict() for flight in found.lost],
        "unsure": found.unsure,
        "missing": found.missing,
        "in_flight": [flight._asdict() for flight in found.by_node],
    }
    well = judgement.summary or words.all_well() + judgement.excused("missing")
    summary = dated(well, horizon)
    figures = [] if horizon.blind else _figures(words, judgement)
    lines = [*judgement.lines(), *words.flights()]
    return Answer("inflight", judgement.code, summary, lines, figures, facts)


def _problems(words: "_Words", reasons: list[str], missing: ServiceState | None) -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    found = words.found

    def too_long(name: str, state: ServiceState) -> Problem:
        texts = [_aged(one) for one in found.slow.get(state, ())]
        head = f"{len(texts)} of {found.total} in flight too long"
        return Problem(name, state, len(texts), f"{head}: {listing(texts, NAMED)}", texts)

    return [
        doubts(reasons),
        Problem(
            "stranded",
            Critical,
            len(found.lost),
            words.stranded,
            (
                f"{_named(flight)} stranded: the node is silent for "
                f"{span(found.stranded[flight.node].silence)}"
                for flight in found.lost
            ),
        ),
        too_long("stuck", Critical),
        Problem(
            "unsure",
            Unknown,
            len(found.unsure),
            words.unsure,
            (f"{clean(node)} may be silent, {reason}" for node, reason in found.unsure.items()),
        ),
        Problem(
            "ahead",
            Unknown,
            len(found.ahead),
            words.ahead,
            (f"{_named(flight)} began ahead of our clock" for flight in found.ahead),
        ),
        Problem("missing", Unknown, len(found.missing), words.missing, counts_as=missing),
        too_long("slow", Warn),
    ]


def _figures(words: "_Words", judgement: Judgement) -> list[Figure]:
    found = words.found
    return [
        Figure("in_flight", found.total, least="0"),
        Figure("nodes", found.nodes, least="0"),
        judgement.figure("stranded"),
        Figure("oldest", rounded(words.oldest, 3), "s", "", "", "0"),
    ]


class _Words:
    """The words of line 1."""

    def __init__(self, found: Trouble, horizon: Horizon) -> None:
        self.found = found
        self.horizon = horizon

    def stranded(self) -> str:
        """Return what is stranded, and with which nodes."""
        found = self.found
        nodes = [
            f"{clean(one.node)} silent for {span(one.silence)}, limit {one.limit}"
            for one in found.stranded.values()
        ]
        names = [_named(flight) for flight in found.lost[:NAMED]]
        number = len(found.lost)
        return (
            f"{count(number, 'transfer')} stranded: {listing(names, NAMED, number)} "
            f"({listing(nodes, NAMED)})"
        )

    def unsure(self) -> str:
        """Return which nodes may be silent, and why nobody knows."""
        each = [(reason, clean(node)) for node, reason in self.found.unsure.items()]
        of_all = f"of {count(self.found.nodes, 'node')}"
        return "; ".join(
            f"{len(names)} {of_all} may be silent, {reason}: {listing(names, most)}"
            for reason, names, most in grouped(each)
        )

    def ahead(self) -> str:
        """Return what began ahead of our clock."""
        ones, now = self.found.ahead, self.horizon.now
        return ahead_of_our_clock(
            f"{len(ones)} of {self.found.total} in flight began",
            [(_named(flight), flight.began - now) for flight in ones],
            len(ones),
            "when",
        )

    def missing(self) -> str:
        """Return which nodes were asked for and are not known."""
        names = [short(name, NAME_BYTES) for name in self.found.missing]
        return f"no node is called {listing(names, NAMED)}"

    def all_well(self) -> str:
        """Return how many are in flight, and which for longest."""
        text = f"{count(self.found.total, 'transfer')} in flight"
        flight, age = self.found.oldest, self.oldest
        if flight is not None and age is not None:
            text += f", oldest {_named(flight)} ({span(age)})"
        return text

    def flights(self) -> Iterator[str]:
        """Yield what is in flight, node by node, and on each the oldest first."""
        for flight in self.found.by_node:
            age = span(max(0.0, self.horizon.stored_up_to - flight.began))
            yield f"in flight: {_named(flight)} ({age})"

    @property
    def oldest(self) -> float | None:
        """Seconds since the one began that began first; None without any."""
        flight = self.found.oldest
        return max(0.0, self.horizon.stored_up_to - flight.began) if flight else None


def _named(flight: Flight) -> str:
    name = short(flight.name or flight.id, NAME_BYTES)
    return f"{name} on {clean(flight.node)}" if flight.node else name


def _aged(one: Slow) -> str:
    return f"{_named(one.flight)} ({span(one.age)}{one.limit})"
