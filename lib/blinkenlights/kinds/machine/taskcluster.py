"""Messages of Taskcluster: which worker they are about, when it was, and whether it lived then."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from blinkenlights.kinds.fact import Skipped
from blinkenlights.kinds.fields import Invalid, event_time, json_type

TEXT_CHARACTERS = 64
LAST_RUN = 1000
"""Number of the last run that a task can have."""
NO_WORKER = Skipped("no worker")
"""No machine had claimed the task yet."""
NOTHING_NEW = Skipped("nothing of a worker")

BY_WORKER = frozenset(
    (
        "completed",
        "failed",
        "malformed-payload",
        "resource-unavailable",
        "internal-error",
        "intermittent-task",
    )
)
"""Reasons that a worker itself reports. The others come from the queue or from people: a claim
expires because the worker went silent, and `worker-shutdown` may be told after it has gone."""

_BY_WORKER_MANAGER = {"running": True, "stopped": False, "removed": False}
"""What happened to a worker, as its exchange ends -> whether it lived then."""


class Told(NamedTuple):
    """What a message tells, its names not yet checked."""

    event: float
    group: object
    worker: object
    pool: object
    is_alive: bool
    what: str
    reason: str = ""
    task: str = ""
    started: float | None = None
    is_undated: bool = False


def about_task(message: Mapping[str, Any]) -> Told | Skipped:
    """Return what a message of the queue tells; raises Invalid.

    The run is the one that the message is about, never the last: a retry may wait or run
    elsewhere already. Its time is the time of the run, so a message that comes late or again tells
    nothing new.
    """
    status = _object(message, "status")
    run_id = message.get("runId")
    if run_id is None:
        # A task that nobody claimed before its deadline.
        return NO_WORKER
    run = _run(status, run_id)
    group = message.get("workerGroup") or run.get("workerGroup")
    worker = message.get("workerId") or run.get("workerId")
    if group is None or worker is None:
        return NO_WORKER
    task, pool = f"{_text(status, 'taskId')}/{run_id}", _pool_of(status)
    started = None if run.get("started") is None else event_time(run["started"])
    state = _text(run, "state")
    if state == "running":
        if started is None:
            raise Invalid("no time", f"run {run_id} is running and has no time in started")
        # An artifact has no time of its own, only that of the run that it belongs to.
        is_artifact = "artifact" in message
        what = "artifact" if is_artifact else state
        return Told(started, group, worker, pool, True, what, "", task, started, is_artifact)
    if state not in {"completed", "failed", "exception"} or "artifact" in message:
        return NOTHING_NEW
    if run.get("resolved") is None:
        raise Invalid("no time", f"run {run_id} is over and has no time in resolved")
    reason = _text(run, "reasonResolved") or state
    return Told(
        event_time(run["resolved"]),
        group,
        worker,
        pool,
        reason in BY_WORKER,
        state,
        "" if reason == state else reason,
        task,
        started,
    )


def about_worker(message: Mapping[str, Any], exchange: str) -> Told | Skipped:
    """Return what a message of the worker manager tells; raises Invalid.

    Only the last word of its exchange tells what happened; without one, as in a line, `state`.
    """
    _, is_told, happened = exchange.rpartition("/worker-")
    if not is_told:
        happened = message.get("state", "")
    if type(happened) is not str or happened not in _BY_WORKER_MANAGER:
        return NOTHING_NEW
    return Told(
        event_time(message.get("timestamp")),
        message.get("workerGroup"),
        message.get("workerId"),
        message.get("workerPoolId"),
        _BY_WORKER_MANAGER[happened],
        f"worker {happened}",
    )


def _run(status: Mapping[str, Any], run_id: object) -> Mapping[str, Any]:
    if type(run_id) is not int or not 0 <= run_id <= LAST_RUN:
        shown = f"{run_id}"[:20] if type(run_id) is int else f"a JSON {json_type(run_id)}"
        raise Invalid("bad runId", f"{shown}, wanted a whole number up to {LAST_RUN}")
    runs = status.get("runs")
    for run in runs if isinstance(runs, list) else ():
        if isinstance(run, dict) and run.get("runId") == run_id:
            return run
    raise Invalid("no such run", f"runId is {run_id}, and status.runs has none of that number")


def _pool_of(status: Mapping[str, Any]) -> object:
    whole = status.get("taskQueueId")
    provisioner, worker_type = status.get("provisionerId"), status.get("workerType")
    if whole is not None or provisioner is None or worker_type is None:
        return whole
    return f"{provisioner}/{worker_type}"


def _object(message: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = message.get(key)
    if not isinstance(value, dict):
        raise Invalid(f"bad {key}", f"{key} is a JSON {json_type(value)}, wanted an object")
    return value


def _text(message: Mapping[str, Any], key: str) -> str:
    value = message.get(key, "")
    if type(value) is not str or len(value) > TEXT_CHARACTERS or not value.isprintable():
        shown = f"{value!r}"[:80] if type(value) is str else f"a JSON {json_type(value)}"
        raise Invalid(f"bad {key}", f"{shown}, wanted at most {TEXT_CHARACTERS} characters")
    return value
