"""Where endpoints are probed from by workers, judged by what their scheduler reports of it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.endpoint.prober.states import OF_OLD_REPORTS, WORST_FIRST

WORKER_LIMIT = 5.0
"""Seconds after which a worker that reports every second is gone: nothing is expected of it."""
FIRST_LIMIT = 30.0
"""Seconds that workers have to report after their scheduler has started."""
CLOCK_WORDS = 1.0
"""Seconds by which a worker's clock may differ before anything is said of it."""
WORST_WORKERS_FIRST = ("gone", "blind", "behind", "off", "alive")


class Worker(NamedTuple):
    """One worker, judged. Times are seconds since the epoch, by its scheduler's clock."""

    name: str
    word: str
    """As `WORST_WORKERS_FIRST` has it."""
    age: float
    """Seconds since its report."""
    capacity: int
    busy: int
    run: int
    returned: int
    ahead: float
    behind_since: float | None
    blind_since: float | None
    blind: str
    labels: dict[str, str]

    @property
    def is_off(self) -> bool:
        """Whether its clock is so wrong that somebody has to set it."""
        return abs(self.ahead) > CLOCK_TOLERANCE


class Location(NamedTuple):
    """One location, judged; `message.LocationMessage` says more of its fields."""

    prober: str
    """The scheduler that reports it."""
    name: str
    word: str
    """As `states.LOCATION_STATES` has it."""
    endpoints: int
    capacity: int
    busy: int
    waiting: int
    needed: float
    limit_since: float | None
    slowest: str
    planned: float
    actual: float
    workers: list[Worker]
    """Worst first."""
    left_out: int

    @property
    def whole_name(self) -> str:
        """What tells it from a location of the same name that another scheduler reports."""
        return f"{self.prober}/{self.name}"

    @property
    def living(self) -> int:
        """How many workers report."""
        return len(self.workers) - len(self.of("gone")) + self.left_out

    def of(self, word: str) -> list[Worker]:
        """Return its workers in one state."""
        return [each for each in self.workers if each.word == word]


def locations_of(
    raw: Sequence[dict[str, Any]], prober: str, own_word: str, age: float, report: dict[str, Any]
) -> list[Location]:
    """Return the locations in a report, worst first; raises KeyError, TypeError or ValueError.

    Args:
        raw: As the report has them.
        prober: Who reports them.
        own_word: The state of that prober by itself.
        age: Seconds since the report came.
        report: The whole of it.
    """
    written = float(report["timestamp"]) if raw else 0.0
    is_new = bool(raw) and written - float(report["started"]) <= FIRST_LIMIT
    found = [_location(each, prober, own_word, age, written, is_new=is_new) for each in raw]
    return sorted(found, key=lambda one: (WORST_FIRST.index(one.word), one.name))


def chosen(locations: Iterable[Location], matches: Callable[[str], bool]) -> list[Location]:
    """Return those that are called so, by their names alone or with that of their prober."""
    return [one for one in locations if matches(one.name) or matches(one.whole_name)]


def _location(
    raw: dict[str, Any], prober: str, own_word: str, age: float, written: float, *, is_new: bool
) -> Location:
    workers = [_worker(each, age, written) for each in raw.get("workers", ())]
    since = raw.get("limit_since")
    one = Location(
        prober=prober,
        name=str(raw["name"]),
        word="",
        endpoints=int(raw.get("endpoints", 0)),
        capacity=int(raw.get("capacity", 0)),
        busy=int(raw.get("busy", 0)),
        waiting=int(raw.get("waiting", 0)),
        needed=float(raw.get("needed", 0.0)),
        limit_since=None if since is None else float(since),
        slowest=str(raw.get("slowest", "")),
        planned=float(raw.get("planned", 0.0)),
        actual=float(raw.get("actual", 0.0)),
        workers=sorted(workers, key=lambda each: (WORST_WORKERS_FIRST.index(each.word), each.name)),
        left_out=int(raw.get("left_out", 0)),
    )
    return one._replace(word=_word(one, own_word, is_new=is_new))


def _word(one: Location, own_word: str, *, is_new: bool) -> str:
    if own_word in OF_OLD_REPORTS:
        return own_word
    if one.endpoints and not one.capacity:
        # Nothing is probed there. That is nobody's fault while the workers see nothing.
        if one.living:
            return "blind"
        if not (is_new and not one.workers):
            return "unmanned"
    if one.limit_since is not None:
        return "limited"
    return "ailing" if any(each.word != "alive" for each in one.workers) else "alive"


def _worker(raw: dict[str, Any], age: float, written: float) -> Worker:
    behind, blind = raw.get("behind_since"), raw.get("blind_since")
    # Both times are of one clock, so that it does not matter how that is set.
    before = max(0.0, written - float(raw["heard"]))
    one = Worker(
        name=str(raw["name"]),
        word="",
        age=age + before,
        capacity=int(raw.get("capacity", 0)),
        busy=int(raw.get("busy", 0)),
        run=int(raw.get("run", 0)),
        returned=int(raw.get("returned", 0)),
        ahead=float(raw.get("ahead", 0.0)),
        behind_since=None if behind is None else float(behind),
        blind_since=None if blind is None else float(blind),
        blind=str(raw.get("blind", "")),
        labels={str(name): str(value) for name, value in raw.get("labels", {}).items()},
    )
    if before > WORKER_LIMIT:
        return one._replace(word="gone")
    if one.blind_since is not None:
        return one._replace(word="blind")
    if one.behind_since is not None:
        return one._replace(word="behind")
    return one._replace(word="off" if one.is_off else "alive")
