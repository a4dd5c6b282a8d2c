"""What probers report, judged: which are down, blind, behind schedule, or have bad files."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from blinkenlights.globs import matcher
from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.prober.locations import Location, chosen, locations_of
from blinkenlights.kinds.endpoint.prober.states import OF_OLD_REPORTS, WORST_FIRST
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import hashes
from blinkenlights.store.reader import Command, Reply

REPORT_LIMIT = 30.0
"""Seconds after which a prober that reports every few seconds is down."""
COMMANDS: tuple[Command, ...] = (("HGETALL", keys.PROBERS),)
"""What to ask the store for to judge probers."""
_COUNTS = ("endpoints", "due", "run", "missed", "excused", "waiting", "busy", "capacity")


class Broken(NamedTuple):
    """A file of endpoints that cannot be read."""

    file: str
    line: int
    sentence: str
    since: float
    is_replaced: bool
    """Whether the version before it is in force."""
    is_elsewhere: bool = False
    """Whether it is about one endpoint that is probed as another file has it."""


class Failing(NamedTuple):
    """Where something cannot be posted to now; `message.FailingOutput` says more."""

    endpoint: str
    output: str
    to: str
    since: float
    times: int
    error: str
    waiting: int = 0
    lost: int = 0


class Outputs(NamedTuple):
    """What is posted of results; `message.OutputsMessage` says more."""

    outputs: int = 0
    queued: int = 0
    sent: int = 0
    dead: int = 0
    dropped: int = 0
    waiting: int = 0
    failing: int = 0
    worst: tuple[Failing, ...] = ()


class Window(NamedTuple):
    """What became due in the last few minutes; `message.Window` says more."""

    seconds: float = 0.0
    due: int = 0
    run: int = 0
    missed: int = 0
    lag_median: float = 0.0
    lag_95: float = 0.0
    lag_most: float = 0.0
    used: float = 0.0


class Prober(NamedTuple):
    """One prober, judged. Times are seconds since the epoch."""

    name: str
    word: str
    """As `states.STATES` has it: the worst of its own state and those of its locations."""
    own_word: str
    """Its state by itself."""
    age: float
    """Seconds since its report."""
    source: str
    """Id of the source that brought its report."""
    started: float
    endpoints: int
    due: int
    run: int
    missed: int
    excused: int
    waiting: int
    busy: int
    capacity: int
    window: Window
    behind_since: float | None
    blind_since: float | None
    blind: str
    broken: list[Broken]
    locations: list[Location]
    """Of a scheduler, worst first; empty for a prober that probes by itself."""
    outputs: Outputs = Outputs()

    @property
    def current_locations(self) -> list[Location]:
        """Those of which its report says anything now."""
        return [] if self.own_word in OF_OLD_REPORTS else self.locations

    @property
    def worst_location(self) -> Location | None:
        """The location that makes its state what it is; None where it is that by itself."""
        return None if self.word == self.own_word else self.locations[0]


def survey(reply: Reply, horizon: Horizon, names: Sequence[str] = ()) -> list[Prober]:
    """Return the probers that match some globs, or all, worst first; raises StoreAnswer.

    Args:
        reply: To the one of `COMMANDS`.
        horizon: What could be heard.
        names: Names and globs; all when empty.
    """
    matches = matcher(names or ["*"])
    found = [
        hashes.parsed(lambda text, name=name: _prober(name, text, horizon), text, keys.PROBERS)  # type: ignore[misc]
        for name, text in hashes.pairs(reply)
        if matches(name)
    ]
    return sorted(found, key=lambda one: (WORST_FIRST.index(one.word), one.name))


def only_locations(probers: Sequence[Prober], globs: Sequence[str]) -> list[Prober]:
    """Return what probers report of the locations that match, and nothing else of them."""
    found = [(one, chosen(one.locations, matcher(globs))) for one in probers]
    return [_narrowed(one, locations) for one, locations in found if locations]


def _narrowed(one: Prober, locations: list[Location]) -> Prober:
    own = one.own_word if one.own_word in OF_OLD_REPORTS else "alive"
    return one._replace(
        word=min([own, *(each.word for each in locations)], key=WORST_FIRST.index),
        own_word=own,
        locations=locations,
        broken=[],
        window=Window(),
        endpoints=sum(each.endpoints for each in locations),
        waiting=sum(each.waiting for each in locations),
        busy=sum(each.busy for each in locations),
        capacity=sum(each.capacity for each in locations),
    )


def _prober(name: str, text: str, horizon: Horizon) -> Prober:
    try:
        receipt, source, report = text.split(" ", 2)
        raw: dict[str, Any] = json.loads(report)
        age = max(0.0, horizon.now - float(receipt))
        counts = {field: int(raw.get(field, 0)) for field in _COUNTS}
        one = Prober(
            name=name,
            word="",
            own_word="",
            age=age,
            source=source,
            started=float(raw["started"]),
            **counts,
            window=Window(**raw.get("window", {})),
            behind_since=raw.get("behind_since"),
            blind_since=raw.get("blind_since"),
            blind=str(raw.get("blind", "")),
            broken=[_broken(each) for each in raw.get("problems", ())],
            locations=[],
            outputs=_outputs(raw.get("outputs", {})),
        )
        own = _word(one, horizon, float(receipt), is_over=raw.get("stopped"))
        locations = locations_of(raw.get("locations", ()), name, own, age, raw)
        if own == "behind" and any(each.word in ("unmanned", "limited") for each in locations):
            # That is why, and says more.
            own = "broken" if one.broken else "alive"
        word = min([own, *(each.word for each in locations)], key=WORST_FIRST.index)
        return one._replace(word=word, own_word=own, locations=locations)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error!r}") from error


def _outputs(raw: dict[str, Any]) -> Outputs:
    worst = tuple(Failing(**each) for each in raw.get("worst", ()))
    return Outputs(**(raw | {"worst": worst}))


def _broken(raw: dict[str, Any]) -> Broken:
    return Broken(
        str(raw["file"]),
        int(raw.get("line", 0)),
        str(raw["sentence"]),
        float(raw.get("since", 0.0)),
        bool(raw.get("is_replaced", True)),
        bool(raw.get("is_elsewhere", False)),
    )


def _word(one: Prober, horizon: Horizon, receipt: float, *, is_over: object) -> str:
    if is_over:
        return "stopped"
    if one.age > REPORT_LIMIT:
        # A source of its own goes with it; that of others may be away, or only lag.
        known = horizon.sources.get(one.source)
        if known is None or (not known.is_served and known.address == keys.PROBES_BY + one.name):
            return "down"
        heard = horizon.silence(receipt, REPORT_LIMIT, one.source)
        return "unheard" if heard <= REPORT_LIMIT else "down"
    if one.blind_since is not None:
        return "blind"
    if one.behind_since is not None:
        return "behind"
    return "broken" if one.broken else "alive"
