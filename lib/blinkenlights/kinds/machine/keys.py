"""The keys of machines in the store, and the text forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{machine}:"
POOLS = PREFIX + "pools"
"""SET of the worker pools for which a `seen:` set exists; one is the empty text, for not known."""
SEEN_BY_POOL = PREFIX + "seen:"
"""ZSET `seen:<pool>`: machine -> when it last did something itself."""
FACTS = PREFIX + "facts"
"""HASH: machine -> what is known of it, a JSON object; `Facts` has its fields."""
FAILING = PREFIX + "failing"
"""ZSET: machine -> how many of its last tasks failed one after the other, where any did."""
LOST = PREFIX + "lost"
"""ZSET: machine that was not seen since its claim of a task expired -> when that was."""
EXPECTED = PREFIX + "expected"
"""HASH: machine -> when it was declared."""
INVENTORY = PREFIX + "inventory"
"""HASH: machine declared by the inventory -> when, as in `EXPECTED`."""
AWAITED = PREFIX + "awaited"
"""ZSET: machine declared and never seen -> when it was declared."""
RETIRED = PREFIX + "retired"
"""ZSET: machine -> when it was retired. Its facts are kept; nobody is alarmed."""
QUARANTINE = PREFIX + "quarantine"
"""HASH: machine -> JSON `{since, until, reason}`; `until` is null when somebody has to lift it."""
LIMITS = PREFIX + "limits"
"""STRING: JSON list of `{pool, warning, critical, minimum, failing}`, as configured."""

OUTCOMES_KEPT = 20
"""Ends of tasks, and runs, that are kept of each machine."""


class Outcome(NamedTuple):
    """How one task of a machine ended."""

    time: float
    task: str
    """Id and run."""
    word: str
    """`completed`, `failed`, or the reason of an exception."""


class Run(NamedTuple):
    """A run of a task that a machine claimed and that is not over."""

    started: float
    """When it was claimed."""
    task: str
    """Id and run."""


class Facts(NamedTuple):
    """What is known of one machine. The script machine.lua writes it as JSON.

    Times are those of Taskcluster's clock; 0 for never.
    """

    seen: float
    """When it last did something itself."""
    first: float
    """When it first did something itself, as far as we know."""
    receipt: float
    """When the message that said `seen` came."""
    source: str
    """Id of the source that told; empty when it was imported."""
    pool: str
    """`provisioner/worker-type`; empty when not known."""
    task: str
    """Id and run of its last task; empty when there was none."""
    state: str
    """`running`, `completed`, `failed` or `exception`, of that task."""
    reason: str
    """Why it is an exception; else empty."""
    since: float
    """When that task came to that state."""
    started: float | None
    """When the run of that task began."""
    happened: str
    """What last happened to it without its doing: `claim-expired`, `canceled`, `worker removed`."""
    happened_at: float
    lost: float
    """When the claim of a task of its last expired."""
    left: float
    """When its worker manager last stopped or removed it."""
    outcomes: list[Outcome]
    """Ends of its last tasks, newest first, without those it could not help."""
    open_runs: tuple[Run, ...] = ()
    """What it runs, claimed last first. A worker may run several at a time."""

    @property
    def running_since(self) -> float | None:
        """When the task that it claimed last of those it runs began; None when it runs none."""
        return self.open_runs[0].started if self.open_runs else None

    @property
    def failures(self) -> list[Outcome]:
        """The ends of tasks since the last one that was completed, newest first."""
        failed = []
        for outcome in self.outcomes:
            if outcome.word == "completed":
                break
            failed.append(outcome)
        return failed


def parse_facts(text: str) -> Facts:
    """Return the facts in `text`; raises ValueError when they are not ours."""
    try:
        raw = json.loads(text)
        since, task, state, reason, started = raw["last"] or (0.0, "", "", "", -1.0)
        happened_at, happened = raw["hit"] or (0.0, "")
        return Facts(
            float(raw["seen"]),
            float(raw["first"]),
            float(raw["receipt"]),
            str(raw["source"]),
            str(raw["pool"]),
            str(task),
            str(state),
            str(reason),
            float(since),
            None if started < 0 else float(started),
            str(happened),
            float(happened_at),
            float(raw["lost"]),
            float(raw["left"]),
            # An empty list is an empty object where the script wrote it.
            [Outcome(float(time), task, word) for time, task, word in raw["outcomes"] or []],
            tuple(_open_runs(raw, state, task, started)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error!r}") from error


def _open_runs(raw: Mapping[str, Any], state: str, task: str, started: float) -> Iterator[Run]:
    if "runs" not in raw:
        # Facts of a version that knew of the last task only.
        if state == "running" and started >= 0:
            yield Run(float(started), str(task))
        return
    for began, name, word in raw["runs"] or []:
        if not word:
            yield Run(float(began), str(name))


class Quarantine(NamedTuple):
    """A machine that somebody works on."""

    machine: str
    since: float
    until: float | None
    """When it ends by itself; None when somebody has to lift it."""
    reason: str


def parse_quarantine(machine: str, text: str) -> Quarantine:
    """Return a quarantine from its JSON; raises ValueError when it is not ours."""
    try:
        raw: Any = json.loads(text)
        until = None if raw["until"] is None else float(raw["until"])
        return Quarantine(machine, float(raw["since"]), until, str(raw["reason"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{error!r}") from error
