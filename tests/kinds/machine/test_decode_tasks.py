"""What the messages of Taskcluster's queue tell of a worker, and what they do not."""

from typing import Any

import pytest

from blinkenlights.collector.decoding import decoding
from blinkenlights.config import Config
from blinkenlights.kinds.fact import Skipped
from blinkenlights.kinds.machine.fact import MachineEvent
from kinds.machine.tasks import (
    POOL,
    RESOLVED,
    STARTED,
    TASK,
    WORKER,
    event,
    parsed,
    refused,
    run,
    seconds,
    task,
    without_none,
)

MACHINE = "mdc2:t-mojave-r7-153"
ELSEWHERE = {"workerGroup": "mdc1", "workerId": "other"}


def test_a_running_task() -> None:
    """Whoever claimed a task lived when it did so; not when the message came."""
    assert event(task(run())) == MachineEvent(
        event=seconds(STARTED),
        machine=MACHINE,
        pool=POOL,
        is_alive=True,
        what="running",
        task=f"{TASK}/0",
        started=seconds(STARTED),
    )


@pytest.mark.parametrize("state", ["completed", "failed"])
def test_a_task_that_is_over(state: str) -> None:
    """Whoever says that its task is over lived when it said so."""
    found = event(task(run(state=state)))

    assert found == MachineEvent(
        event=seconds(RESOLVED),
        machine=MACHINE,
        pool=POOL,
        is_alive=True,
        what=state,
        task=f"{TASK}/0",
        started=seconds(STARTED),
    )


@pytest.mark.parametrize(
    ("reason", "is_alive"),
    [
        pytest.param("malformed-payload", True, id="reported-malformed-payload"),
        pytest.param("resource-unavailable", True, id="reported-resource-unavailable"),
        pytest.param("internal-error", True, id="reported-internal-error"),
        pytest.param("intermittent-task", True, id="reported-intermittent-task"),
        pytest.param("claim-expired", False, id="because-it-fell-silent"),
        pytest.param("canceled", False, id="by-a-person"),
        pytest.param("superseded", False, id="by-another-task"),
        pytest.param("deadline-exceeded", False, id="by-the-queue"),
        pytest.param("worker-shutdown", False, id="perhaps-after-it-has-gone"),
        pytest.param("a-reason-of-next-year", False, id="unknown"),
        pytest.param("exception", False, id="none"),
    ],
)
def test_who_lived_in_an_exception(reason: str, is_alive: bool) -> None:
    """Only what the worker reported itself is life; all else is what happened to it."""
    found = event(task(run(state="exception", reason=reason)))

    assert found.is_alive is is_alive
    assert found.what == "exception"
    assert found.reason == ("" if reason == "exception" else reason)
    assert found.event == seconds(RESOLVED)


def test_nobody_had_claimed_it() -> None:
    """A deadline that passes before anybody took the task concerns no machine."""
    run_of_nobody = run(
        state="exception", reason="deadline-exceeded", workerGroup=None, workerId=None, started=None
    )
    before_any_run = task(about=0, runId=None, workerGroup=None, workerId=None)
    never_claimed = task(run_of_nobody, workerGroup=None, workerId=None)
    pending = task(
        run(state="pending", workerGroup=None, workerId=None), workerGroup=None, workerId=None
    )

    for message in (before_any_run, never_claimed, pending):
        assert parsed(message) == Skipped("no worker")


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"workerGroup": None, "workerId": None}, id="as-for-a-deadline"),
        pytest.param({"workerId": None}, id="half"),
    ],
)
def test_the_worker_stands_in_the_run_only(keys: dict[str, None]) -> None:
    """Where the message does not name its worker, the run that it is about does."""
    message = task(run(state="exception", reason="deadline-exceeded")) | keys

    assert event(without_none(message)).machine == MACHINE


def test_null_is_no_worker() -> None:
    """A worker of null is one that is not named."""
    message = task(run()) | {"workerGroup": None, "workerId": None}

    assert event(message).machine == MACHINE


@pytest.mark.parametrize("next_state", ["pending", "running"])
def test_the_last_run_may_be_anothers(next_state: str) -> None:
    """What ended is the run of the message; the retry behind it waits, or runs elsewhere."""
    ended = run(state="exception", reason="claim-expired")
    retry = run(1, "running", **ELSEWHERE, started="2019-06-26T19:50:00.000Z")
    retry["state"] = next_state

    for keys in (WORKER, dict.fromkeys(WORKER)):
        found = event(without_none(task(ended, retry) | keys))

        assert (found.machine, found.task) == (MACHINE, f"{TASK}/0")
        assert (found.event, found.is_alive) == (seconds(RESOLVED), False)


def test_a_late_word_of_an_old_run() -> None:
    """What is told again of a run that is long over has the time of that run."""
    runs = [
        run(state="exception", reason="internal-error"),
        run(1, "completed", resolved="2019-06-27T08:00:00.000Z"),
    ]

    assert event(task(*runs, about=0)).event == seconds(RESOLVED)
    assert event(task(*runs, about=1)).event == seconds("2019-06-27T08:00:00.000Z")


def test_runs_are_found_by_their_number() -> None:
    """Not by their place; of two with one number the first is taken."""
    first, second = run(7, "completed"), run(7, "failed")

    assert event(task(run(3), first, second, about=7)).what == "completed"


def test_runs_that_are_none_are_passed_over() -> None:
    """Where a list of runs holds something else, or is none, the run is looked for all the same."""
    message = task(run())
    message["status"]["runs"] = [None, 7, [], *message["status"]["runs"]]

    assert event(message).what == "running"
    nothing: object
    for nothing in (None, 7, "runs", {}):
        message["status"]["runs"] = nothing

        assert refused(message).reason == "no such run"


def test_a_run_that_goes_on_has_no_end() -> None:
    """`takenUntil` is a promise of the queue, not something that the worker did."""
    found = event(task(run(takenUntil="2099-01-01T00:00:00.000Z")))

    assert found.event == seconds(STARTED)


@pytest.mark.parametrize(
    ("status", "pool"),
    [
        pytest.param({}, POOL, id="now"),
        pytest.param({"taskQueueId": None}, POOL, id="of-2019"),
        pytest.param({"taskQueueId": None, "workerType": None}, "", id="no-type"),
        pytest.param({"taskQueueId": None, "provisionerId": None}, "", id="no-provisioner"),
        pytest.param({"taskQueueId": "a/b"}, "a/b", id="any"),
    ],
)
def test_the_pool(status: dict[str, Any], pool: str) -> None:
    """The task queue is the pool; older messages name its two halves."""
    message = task(run())
    message["status"] |= status

    assert event(message).pool == pool


def test_an_artifact_has_no_time() -> None:
    """It is life, later than the beginning of its run by nobody knows how much."""
    message = task(run(), artifact={"storageType": "error", "name": "public/logs/live.log"})

    found = event(message)

    assert (found.what, found.is_alive, found.is_undated) == ("artifact", True, True)
    assert found.event == seconds(STARTED)


@pytest.mark.parametrize("state", ["completed", "failed", "exception"])
def test_an_artifact_of_a_task_that_is_over(state: str) -> None:
    """Who wrote it, and when, is not known; the end of the run is told by its own message."""
    message = task(run(state=state), artifact={"storageType": "reference", "name": "public/x"})

    assert parsed(message) == Skipped("nothing of a worker")


def test_keys_for_others_change_nothing() -> None:
    """A message comes once however many routes it has; we read its body, not its keys."""
    body = task(run(state="completed"), routes=["route.index.x"], someday="more")
    body["status"] |= {"routes": ["route.index.x"]}

    assert event(body) == event(task(run(state="completed")))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        pytest.param(task(run(), about=1), "no such run", id="run-not-there"),
        pytest.param(task(), "no such run", id="no-runs"),
        pytest.param(task(run()) | {"status": None}, "bad status", id="status-null"),
        pytest.param(task(run()) | {"status": []}, "bad status", id="status-a-list"),
        pytest.param(task(run()) | {"runId": 0.0}, "bad runId", id="run-a-float"),
        pytest.param(task(run()) | {"runId": "0"}, "bad runId", id="run-a-text"),
        pytest.param(task(run()) | {"runId": False}, "bad runId", id="run-a-boolean"),
        pytest.param(task(run()) | {"runId": -1}, "bad runId", id="run-negative"),
        pytest.param(task(run()) | {"runId": 10**100}, "bad runId", id="run-huge"),
        pytest.param(task(run(started=None)), "no time", id="never-started"),
        pytest.param(task(run(state="failed") | {"resolved": None}), "no time", id="never-ended"),
        pytest.param(task(run(started="yesterday")), "bad timestamp", id="time-a-word"),
        pytest.param(task(run(started="NaN")), "bad timestamp", id="time-nan"),
        pytest.param(task(run(started={})), "bad timestamp", id="time-an-object"),
        pytest.param(task(run(started=-1)), "bad timestamp", id="time-before-1970"),
        pytest.param(task(run(started=253402300800)), "bad timestamp", id="time-after-9999"),
        pytest.param(task(run(), workerId="a:b"), "bad machine", id="colon"),
        pytest.param(task(run(), workerId="a.b"), "bad machine", id="dot"),
        pytest.param(task(run(), workerId="a\n"), "bad machine", id="line-end"),
        pytest.param(task(run(), workerId="é"), "bad machine", id="not-ascii"),
        pytest.param(task(run(), workerId="x" * 39), "bad machine", id="too-long"),
        pytest.param(task(run(), workerId=7), "bad machine", id="a-number"),
        pytest.param(task(run(), workerGroup="<b>"), "bad datacenter", id="markup"),
        pytest.param(task(run(state="x" * 65)), "bad state", id="state-too-long"),
        pytest.param(
            task(run(state="exception", reason="\x1b[2J")), "bad reasonResolved", id="control"
        ),
    ],
)
def test_what_cannot_be(message: dict[str, Any], reason: str) -> None:
    """A message that breaks Taskcluster's own rules is refused, by a reason that can be counted."""
    found = refused(message)

    assert found.reason == reason
    assert found.detail


def test_bad_pools() -> None:
    """The name of a pool is shown and stored as part of a key, so it has Taskcluster's form."""
    for pool in ("a/b/c", "a b", "x" * 39, ["a"], "{x}"):
        message = task(run())
        message["status"]["taskQueueId"] = pool

        assert refused(message).reason == "bad pool"


def test_the_kind_is_registered() -> None:
    """A source configured with kind "machine" reads with this parser, which is told where from."""
    decode = decoding(Config()).decoders["machine"]
    line = b'{"datacenter": "mdc1", "machine": "a"}'
    manager = b'{"workerPoolId":"a/b","workerGroup":"g","workerId":"w","timestamp":1}'

    assert decode(line, "", None, 5.0, "") == MachineEvent(
        5.0, "mdc1:a", "", is_alive=True, what="seen"
    )
    found = decode(manager, "", None, None, "x/worker-stopped")
    assert isinstance(found, MachineEvent)
    assert found.what == "worker stopped"
