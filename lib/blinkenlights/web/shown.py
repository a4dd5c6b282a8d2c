"""What the page, the API and /metrics show, as data.

Times are seconds since the epoch, ages and spans seconds, sizes bytes.
"""

import msgspec

from blinkenlights.alert.told import Told
from blinkenlights.globs import is_glob
from blinkenlights.kinds.rows import Curve, InFlight, Minute, Missed, Process, Row
from blinkenlights.kinds.state import Status
from blinkenlights.store.report import Sample
from blinkenlights.web.views import SubjectName


class Filters(msgspec.Struct, frozen=True):
    """What is asked for. Two askers with equal filters share one snapshot."""

    kind: str = ""
    """The name of a subject; empty for all."""
    name: str = ""
    """A name or a glob; empty for all."""
    state: str = ""
    """A state, as in `Row.state`; empty for all."""
    only_source: str | None = None
    """The one source of transfers that the asker may see, with its clients; None for everything."""

    @property
    def is_search(self) -> bool:
        """Whether all that there is has to be looked at, and not only what is wrong."""
        return is_glob(self.name) or self.only_source is not None


class Section(msgspec.Struct, frozen=True):
    """All things of one kind."""

    kind: SubjectName
    title: str
    total: int
    """How many there are that match the filters, shown or not."""
    counts: dict[str, int]
    """State -> how many are in it, worst state first, shown or not."""
    rows: list[Row]
    """Worst first, at most `MOST_ROWS`."""
    columns: list[str]
    """Names of facts that the rows have, in the order of the columns."""
    doubts: list[str] = []
    """Why what looks well here may not be; empty when all is known."""
    together: list[str] = []
    """What is wrong with several together, such as a pool with too few living machines."""
    status: Status = "OK"
    """The worst of all, shown or not."""
    curves: dict[str, Curve] = {}
    """Name of a row -> its last hour, of those that have one."""


class Collector(msgspec.Struct, frozen=True):
    """A collector, or a web server that takes lines, as it last reported."""

    name: str
    running: bool
    condition: str
    """What is the matter with it, or with where it sends things on to; empty when nothing is."""
    age: float
    """Seconds since its last report."""
    stored_per_second: float
    rejects_per_minute: float
    dropped: int
    names: int
    """In the store, of all kinds, when it reported."""
    new_names_per_minute: float
    """Those that came by it."""
    missed: bool = False
    """Whether it does not run and should: it died, or nobody serves what it served."""


class Queue(msgspec.Struct, frozen=True):
    """A queue or socket that collectors listen on."""

    id: str
    kind: str
    """Of the signals it delivers; empty for any."""
    address: str
    connected: bool
    watermark: float
    """Everything sent to it before this moment is stored."""
    ready: int | None
    """Messages that wait in the broker; None when not known."""
    error: str


class Detail(msgspec.Struct, frozen=True):
    """One thing with its short history, for its own page."""

    made: float
    judged_at: float
    doubts: list[str]
    row: Row
    minutes: list[Minute] = []
    """Of a client or source: the last hour, oldest first."""
    processes: list[Process] = []
    """Of a component, seen last first."""
    missed: list[Missed] = []
    """When it could not have been heard, newest first."""
    in_flight: list[InFlight] = []
    """Of a node: what has begun on it and is not over, oldest first."""
    namesakes: list[Row] = []
    """What else has this name, such as the node that a component is."""
    curves: list[Curve] = []
    """Of what has numbers, the shortest span first."""
    about: Row | None = None
    """Of an alert: the thing that it is about, whose numbers are in `curves`."""
    parts: list[Row] = []
    """Of a rule: its alerts, worst first."""
    told: list[Told] = []
    """Of an alert or a rule: who was told lately, newest first."""
    episode: str = ""
    """What names this firing of an alert, to acknowledge no other one; empty for what fires not."""
    link: str = ""
    """Where more is known of it, as `[links]` says; empty for nowhere."""


class Snapshot(msgspec.Struct, frozen=True):
    """Everything, judged at one moment."""

    made: float
    judged_at: float
    """Everything sent before this moment has been stored."""
    doubts: list[str]
    """Sentences for why what looks well may not be; empty when all is known."""
    status: Status
    """The worst of all sections and doubts."""
    sections: list[Section]
    rejected: list[Sample]
    """What could not be parsed lately, newest first."""
    rejected_counts: dict[str, int]
    """Reason -> how many since the store is new."""
    collectors: list[Collector]
    queues: list[Queue]
    collecting: Status = "OK"
    """Whether collectors and their sources can be relied on, as check_collector says."""
    missed: list[Missed] = []
    """When they could not be heard, newest first; the last few."""
