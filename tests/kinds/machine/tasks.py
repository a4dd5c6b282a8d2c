"""What Taskcluster publishes, built by hand, so that a test may spoil any part of it."""

import json
from datetime import UTC, datetime
from typing import Any

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.machine.decode import parse
from blinkenlights.kinds.machine.fact import MachineEvent

STARTED, RESOLVED = "2019-06-26T19:27:48.307Z", "2019-06-26T19:36:10.521Z"
WORKER = {"workerGroup": "mdc2", "workerId": "t-mojave-r7-153"}
TASK = "B3EheQ-IQ5aPzw34KS_a6g"
POOL = "releng-hardware/gecko-t-osx-1014"
WORKER_MANAGER = "exchange/taskcluster-worker-manager/v1/worker-"


def seconds(text: str) -> float:
    """Return a time as Taskcluster writes it as seconds since the epoch."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()


def run(number: int = 0, state: str = "running", reason: str = "", **keys: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a run of a task, claimed by `WORKER`; a key that is None is left out."""
    told: dict[str, Any] = {
        "runId": number,
        "state": state,
        "reasonCreated": "retry" if number else "scheduled",
        "scheduled": "2019-06-26T19:26:10.905Z",
        "started": STARTED,
        "takenUntil": "2019-06-26T19:47:48.234Z",
        **WORKER,
    }
    if state != "running":
        told |= {"resolved": RESOLVED, "reasonResolved": reason or state}
    return without_none(told | keys)


def task(*runs: dict[str, Any], about: int = 0, **keys: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a message about run `about` of a task; a key that is None is left out."""
    status = {
        "taskId": TASK,
        "provisionerId": "releng-hardware",
        "workerType": "gecko-t-osx-1014",
        "taskQueueId": POOL,
        "schedulerId": "gecko-level-3",
        "projectId": "none",
        "taskGroupId": "EJAo7mQyRqS-jmzebhceFA",
        "deadline": "2019-06-27T19:26:08.913Z",
        "expires": "2020-06-25T19:26:08.913Z",
        "retriesLeft": 5,
        "priority": "lowest",
        "state": runs[-1]["state"] if runs else "unscheduled",
        "runs": list(runs),
    }
    message = {"status": status, "runId": about, "task": {"tags": {}}, **WORKER, "version": 1}
    return without_none(message | keys)


def worker(**keys: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a message of the worker manager; a key that is None is left out."""
    message = {
        "workerPoolId": POOL,
        "providerId": "static",
        "capacity": 1,
        "timestamp": RESOLVED,
        **WORKER,
    }
    return without_none(message | keys)


def without_none(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without what is None."""
    return {key: value for key, value in message.items() if value is not None}


def parsed(message: object, exchange: str = "") -> MachineEvent | Skipped | Rejected:
    """Return what the parser gives for a message."""
    return parse(message if isinstance(message, bytes) else json.dumps(message).encode(), exchange)


def event(message: object, exchange: str = "") -> MachineEvent:
    """Return the event in a message, which must hold one."""
    found = parsed(message, exchange)
    assert isinstance(found, MachineEvent), found
    return found


def refused(message: object, exchange: str = "") -> Rejected:
    """Return why a message is refused, as it must be."""
    found = parsed(message, exchange)
    assert isinstance(found, Rejected), found
    return found
