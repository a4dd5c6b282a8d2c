"""Whatever arrives is an event within bounds, or none; it never breaks the collector."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import LATEST_TIME
from blinkenlights.kinds.machine.decode import parse
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.taskcluster import BY_WORKER
from kinds.machine.tasks import RESOLVED, STARTED, TASK, WORKER, WORKER_MANAGER

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, 2**63, 2**64, -1, 0.0, 253402300799, 253402300800, "0", "NaN"])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["a:b", "a.b", "<script>", "\x1b[2J", "x" * 300, RESOLVED, "9999-12-31"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
STATES = ["pending", "running", "completed", "failed", "exception"]
REASONS = [*BY_WORKER, "claim-expired", "canceled", "deadline-exceeded", "worker-shutdown"]
NUMBERS = st.sampled_from([0, 1, 1000])
TIMES = st.sampled_from([STARTED, RESOLVED]) | st.floats(0, 3e11) | st.datetimes().map(str)


def likely(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with any of these keys, mostly with values as they should be."""
    spoilt = {key: values | ANYTHING for key, values in strategies.items()}
    return st.fixed_dictionaries({}, optional=strategies) | st.fixed_dictionaries(
        {}, optional=spoilt
    )


NAMES = {key: st.just(name) for key, name in WORKER.items()}
RUNS = likely(
    runId=NUMBERS,
    state=st.sampled_from(STATES),
    reasonResolved=st.sampled_from(REASONS),
    started=TIMES,
    resolved=TIMES,
    **NAMES,
)
STATUS = likely(
    taskId=st.just(TASK),
    taskQueueId=st.just("a/b"),
    provisionerId=st.just("a"),
    workerType=st.just("b"),
    runs=st.lists(RUNS, max_size=3),
)
MESSAGES = likely(
    status=STATUS,
    runId=NUMBERS,
    artifact=st.just({}),
    workerPoolId=st.just("a/b"),
    state=st.sampled_from(["running", "stopped"]),
    timestamp=TIMES,
    lastseen=TIMES,
    datacenter=st.just("mdc1"),
    machine=st.just("a"),
    pool=st.just("a/b"),
    **NAMES,
)
EXCHANGES = st.sampled_from(["", "running", WORKER_MANAGER + "running"]) | st.text(max_size=20)


def hold_the_bounds(found: MachineEvent | Skipped | Rejected) -> None:
    if isinstance(found, Skipped | Rejected):
        assert found.reason.isprintable()
        assert len(found.reason) < 40
        return
    assert 0 <= found.event < LATEST_TIME
    assert found.started is None or 0 <= found.started < LATEST_TIME
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,38}:[A-Za-z0-9_-]{1,38}", found.machine)
    assert re.fullmatch(r"([A-Za-z0-9_-]{1,38}(/[A-Za-z0-9_-]{1,38})?)?", found.pool)
    for text in (found.what, found.reason, found.task):
        assert text.isprintable()
        assert len(text) <= 70
    assert found.is_alive or found.reason not in BY_WORKER


@given(st.binary(max_size=200), EXCHANGES)
def test_any_bytes(body: bytes, exchange: str) -> None:
    """Bytes of any kind have an outcome."""
    hold_the_bounds(parse(body, exchange))


@given(ANYTHING)
def test_any_json(value: object) -> None:
    """JSON of any shape has an outcome."""
    hold_the_bounds(parse(json.dumps(value).encode()))


@given(MESSAGES, EXCHANGES)
def test_nearly_right_messages(message: dict[str, Any], exchange: str) -> None:
    """Messages with the right keys and any values, in any combination."""
    body = json.dumps(message).encode()

    hold_the_bounds(parse(body, exchange))
    hold_the_bounds(parse(body, exchange, receipt=1.0))
