"""Machines told of by a worker manager, and by lines."""

from typing import Any

import pytest

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.machine.decode import parse
from blinkenlights.kinds.machine.fact import MachineEvent
from kinds.machine.tasks import (
    POOL,
    RESOLVED,
    WORKER_MANAGER,
    event,
    parsed,
    refused,
    seconds,
    worker,
)

SEEN = MachineEvent(1541666870.939514, "mdc1:ms-100", "", is_alive=True, what="seen")


@pytest.mark.parametrize(
    ("happened", "is_alive"), [("running", True), ("stopped", False), ("removed", False)]
)
def test_what_a_worker_manager_tells(happened: str, is_alive: bool) -> None:
    """All its messages look alike: what happened is the end of their exchange."""
    message = worker(reason="terminateAfter time exceeded" if happened == "removed" else None)

    assert event(message, WORKER_MANAGER + happened) == MachineEvent(
        event=seconds(RESOLVED),
        machine="mdc2:t-mojave-r7-153",
        pool=POOL,
        is_alive=is_alive,
        what=f"worker {happened}",
    )


@pytest.mark.parametrize("happened", ["requested", "pool-error", "of-next-year", ""])
def test_what_tells_nothing_of_a_worker(happened: str) -> None:
    """A worker that was only asked for does not live yet, whatever the message says besides."""
    message = worker(state="running")

    assert parsed(message, WORKER_MANAGER + happened) == Skipped("nothing of a worker")


@pytest.mark.parametrize("exchange", ["", "relayed"])
def test_a_worker_managers_message_from_elsewhere(exchange: str) -> None:
    """Where the exchange tells nothing, as in a line, `state` does; without it there is nothing."""
    assert event(worker(state="stopped"), exchange).what == "worker stopped"
    for state in (None, 7, ["running"], "requested"):
        assert parsed(worker(state=state), exchange) == Skipped("nothing of a worker")


def test_a_worker_without_a_time() -> None:
    """It is refused: only a line may do without."""
    body = b'{"workerPoolId": "a/b", "workerGroup": "g", "workerId": "w", "state": "running"}'

    found = parse(body, "", receipt=5.0)

    assert isinstance(found, Rejected)
    assert found.reason == "no timestamp"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"lastseen": "2018-11-08T08:47:50.939514"}, id="as-machines-answers"),
        pytest.param({"timestamp": "2018-11-08T08:47:50.939514Z"}, id="utc"),
        pytest.param({"timestamp": "2018-11-08T09:47:50.939514+01:00"}, id="elsewhere"),
        pytest.param({"timestamp": 1541666870.939514}, id="seconds"),
        pytest.param({"timestamp": [2018, 11, 8, 8, 47, 50.939514]}, id="list"),
        pytest.param({"timestamp": 1541666870.939514, "lastseen": 1}, id="both"),
    ],
)
def test_a_line(line: dict[str, Any]) -> None:
    """A machine and a time, in all forms that a heartbeat's time may have."""
    assert event({"datacenter": "mdc1", "machine": "ms-100", **line}) == SEEN


def test_a_line_with_a_pool() -> None:
    """It may name the pool."""
    found = event({"datacenter": "mdc1", "machine": "a", "pool": "x/y", "timestamp": 1})

    assert found.pool == "x/y"


def test_a_line_without_a_time() -> None:
    """It counts as of its receipt; where it may have waited, it is refused."""
    line = b'{"datacenter": "mdc1", "machine": "a"}'

    told = parse(line, receipt=5.0)

    assert isinstance(told, MachineEvent)
    assert told.event == 5.0
    assert refused(line).reason == "no timestamp"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"\xff", "not JSON", id="bytes"),
        pytest.param(b'{"machine": NaN}', "not JSON", id="nan"),
        pytest.param(b"[" * 5000, "not JSON", id="deep"),
        pytest.param(b"[]", "not an object", id="list"),
        pytest.param(b"null", "not an object", id="null"),
        pytest.param(b"{}", "not about a machine", id="of-others"),
        pytest.param(b'{"name": "billing"}', "not about a machine", id="heartbeat"),
        pytest.param(b'{"machine": "a"}', "bad datacenter", id="no-datacenter"),
        pytest.param(b'{"datacenter": "a"}', "bad machine", id="no-machine"),
        pytest.param(b'{"datacenter": "a", "machine": ""}', "bad machine", id="no-name"),
        pytest.param(b'{"datacenter": "a:b", "machine": "c"}', "bad datacenter", id="colon"),
        pytest.param(b" " * 65537, "too large", id="large"),
    ],
)
def test_what_is_no_machine(body: bytes, reason: str) -> None:
    """Each is refused by a reason that can be counted, and never breaks the collector."""
    found = parse(body, receipt=5.0)

    assert isinstance(found, Rejected)
    assert found.reason == reason
