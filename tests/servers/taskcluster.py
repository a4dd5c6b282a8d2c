"""What Taskcluster publishes about tasks, as its queue service writes it."""

from datetime import UTC, datetime
from typing import NamedTuple

from servers.pulse import QUEUE_EXCHANGE

PROVISIONER = "releng-hardware"


class Message(NamedTuple):
    """What is published."""

    exchange: str
    key: str
    body: dict[str, object]


def task(
    machine: str,
    state: str,
    *,
    started: float,
    resolved: float | None = None,
    reason: str = "",
    pool: str = "gecko-t-osx-1014",
    run: int = 0,
    name: str = "B3EheQ-IQ5aPzw34KS_a6g",
) -> Message:
    """Return what is published when a task of `machine`, as `mdc1:ms-100`, comes to a state.

    Args:
        machine: Datacenter and machine.
        state: `running`, `completed`, `failed` or `exception`.
        started: When its run began.
        resolved: When that was over; None while it runs.
        reason: Why it is over, if not for the state's own name.
        pool: Worker type.
        run: Number of the run; those before are told as ended by silence.
        name: Id of the task.
    """
    group, _, worker = machine.partition(":")
    runs = [
        _run(number, "exception", started - 3600, started - 1800, "claim-expired", "other", "gone")
        for number in range(run)
    ]
    runs.append(_run(run, state, started, resolved, reason or state, group, worker))
    body: dict[str, object] = {
        "status": {
            "taskId": name,
            "provisionerId": PROVISIONER,
            "workerType": pool,
            "taskQueueId": f"{PROVISIONER}/{pool}",
            "schedulerId": "gecko-level-3",
            "taskGroupId": "EJAo7mQyRqS-jmzebhceFA",
            "deadline": _iso(started + 86400),
            "expires": _iso(started + 86400 * 28),
            "retriesLeft": 5 - run,
            "state": state,
            "runs": runs,
        },
        "runId": run,
        "workerGroup": group,
        "workerId": worker,
        "version": 1,
    }
    key = (
        f"primary.{name}.{run}.{group}.{worker}.{PROVISIONER}.{pool}.gecko-level-3."
        "EJAo7mQyRqS-jmzebhceFA._"
    )
    return Message(f"{QUEUE_EXCHANGE}task-{state}", key, body)


def _run(  # noqa: PLR0917
    number: int,
    state: str,
    started: float,
    resolved: float | None,
    reason: str,
    group: str,
    worker: str,
) -> dict[str, object]:
    run: dict[str, object] = {
        "runId": number,
        "state": state,
        "reasonCreated": "retry" if number else "scheduled",
        "workerGroup": group,
        "workerId": worker,
        "takenUntil": _iso(started + 1200),
        "scheduled": _iso(started - 60),
        "started": _iso(started),
    }
    if resolved is not None:
        run |= {"reasonResolved": reason, "resolved": _iso(resolved)}
    return run


def _iso(time: float) -> str:
    return (
        datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
        + "Z"
    )
