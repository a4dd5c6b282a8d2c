"""Probers on the page and in the API: judged by what check_probe judges them by."""

from collections.abc import Mapping, Sequence
from glob import escape

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.prober.states import STATES
from blinkenlights.kinds.endpoint.prober.survey import COMMANDS, Prober, survey
from blinkenlights.kinds.endpoint.prober.words import ProberWords
from blinkenlights.kinds.rows import Fact, Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext

UNPOSTED_SECONDS = 300.0
"""For so long an output has to take nothing to be a trouble; check_probe has the same default."""
SHOWN = 3
"""Outputs that take nothing, in the words of their prober."""
_STATUSES = {state.word: state.statuses[0] for state in STATES}


class Probers(View):
    """Everything that reports that it probes endpoints."""

    subject = "prober"

    def __init__(self, context: ViewContext) -> None:
        self._context = context
        self.horizon = context.horizon("endpoint")

    def find(self, name: str, state: str) -> Found:
        """Return the probers there are; of a name or a glob, when one is given."""
        del state
        probers = self._probers([name] if name else [])
        return Found(len(probers), {one.name: self._verdict(one) for one in probers}, [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        known = self.known(names)
        return {
            one.name: row_of(
                self.subject, one.name, self._verdict(one), known.get(one.name), self._context
            )
            for one in self._exactly(names)
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some reported last, and what they report."""
        return {
            one.name: Known(
                self._context.now - one.age,
                {
                    "endpoints": one.endpoints,
                    "lag": one.window.lag_95,
                    "missed": one.missed,
                    "waiting": one.waiting,
                    "used": round(one.window.used, 3),
                    "bad_files": len({each.file for each in one.broken}),
                    "capacity": one.capacity,
                    "limited": sum(each.word == "limited" for each in one.locations),
                    **_of_workers(one),
                    **_of_outputs(one),
                },
            )
            for one in self._exactly(names)
        }

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        return scan_sets(self._context.store, [keys.PROBER_SEEN], cursor, name, step)

    def history(self, name: str) -> History:
        """Return when a prober could not have been heard."""
        sources = [one.source for one in self._exactly([name])]
        return History([], [], self._context.missed(self.horizon, sources))

    def _exactly(self, names: Sequence[str]) -> list[Prober]:
        return self._probers([escape(name) for name in names]) if names else []

    def _probers(self, names: Sequence[str]) -> list[Prober]:
        return survey(self._context.store.ask(*COMMANDS)[0], self.horizon, names)

    def _verdict(self, one: Prober) -> Verdict:
        words = ProberWords([one], self.horizon)
        since = one.blind_since if one.word == "blind" else one.behind_since
        if one.word == "limited":
            hit = [each.limit_since for each in one.locations if each.word == "limited"]
            since = min(filter(None, hit), default=None)
        word, failing = one.word, one.outputs.worst[:SHOWN]
        said = [words.worst(one), *map(words.unposted, failing)]
        if word == "alive" and failing and self.horizon.now - failing[0].since >= UNPOSTED_SECONDS:
            word, since = "unposted", failing[0].since
            said = [*said[1:], said[0]]
        return Verdict(word, _STATUSES[word], "; ".join(said), since)


def _of_outputs(one: Prober) -> Mapping[str, Fact]:
    """Return the facts of what is posted; where no file wants anything posted there are none."""
    if not one.outputs.outputs:
        return {}
    return {
        "outputs": one.outputs.outputs,
        "outputs_failing": one.outputs.failing,
        "results_lost": one.outputs.dropped + one.outputs.dead,
    }


def _of_workers(one: Prober) -> Mapping[str, Fact]:
    """Return the facts of a scheduler; what probes by itself has none of them."""
    if not one.locations:
        return {}
    return {
        "locations": len(one.locations),
        "workers": sum(each.living for each in one.locations),
        "needed": round(sum(each.needed for each in one.locations), 1),
    }
