"""Whatever arrives is a heartbeat within bounds, or refused; it never breaks the collector."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import LATEST_TIME, NAME_BYTES
from blinkenlights.kinds.heartbeat.decode import EXTRA_BYTES, LONGEST_INTERVAL, parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 2**64, 253402300799, 253402300800])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["a|b;c=1", "$(reboot)", "<script>", "\x1b[2J", "x" * 300, "2011-07-07"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        "name", "uuid", "timestamp", "system", "interval", "kind", "message_version",
        "message_type", "source_name", "source_id", "version", "worker_id", "worker_name",
        "system_id", "hostname", "pid", "status", "component", "type", "message",
    ]
)  # fmt: skip
PLAUSIBLE = {
    "name": st.text(min_size=1, max_size=20) | st.sampled_from(["a|b", "Ünï", "x" * 255]),
    "timestamp": st.lists(st.integers(-1, 3000) | st.floats(-1, 70), min_size=5, max_size=7)
    | st.floats(0, 2e9)
    | st.datetimes().map(str),
    "message_version": st.just("20110707"),
    "message_type": st.just("status_event"),
    "version": st.just("20130319"),
    "status": st.sampled_from(["ok", "degraded", "down"]),
    "interval": st.floats(0, 1e7) | st.integers(0, 10**7),
    "hostname": st.text(max_size=20),
    "pid": st.integers(),
}
MESSAGES = st.fixed_dictionaries(
    {}, optional={key: values | ANYTHING for key, values in PLAUSIBLE.items()}
)
OTHERS = st.dictionaries(KEYS | st.text(max_size=80), ANYTHING, max_size=8)


def hold_the_bounds(found: Heartbeat | Rejected) -> None:
    if isinstance(found, Rejected):
        assert found.reason.isprintable()
        assert len(found.reason) < 40
        return
    assert found.component.isprintable()
    assert 0 < len(found.component.encode()) <= NAME_BYTES
    assert 0 <= found.event < LATEST_TIME
    assert 0 <= found.interval <= LONGEST_INTERVAL
    assert found.instance.isprintable()
    assert len(found.instance.encode()) <= NAME_BYTES
    assert found.status in ("", "ok", "degraded", "down")
    assert isinstance(json.loads(found.extras), dict)
    assert len(found.extras.encode()) <= EXTRA_BYTES
    assert "\n" not in found.extras


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes(body: bytes, key: str) -> None:
    """Bytes of any kind are refused, or are a heartbeat within bounds."""
    hold_the_bounds(parse(body, key))


@given(ANYTHING)
def test_any_json(value: object) -> None:
    """JSON of any shape is refused, or is a heartbeat within bounds."""
    hold_the_bounds(parse(json.dumps(value).encode()))


@given(MESSAGES, OTHERS, st.sampled_from(["", "a.status.status", "\n.status"]))
def test_nearly_right_messages(message: dict[str, Any], others: dict[str, Any], key: str) -> None:
    """Messages with the right keys and any values, in any combination."""
    body = json.dumps(others | message).encode()

    hold_the_bounds(parse(body, key))
    hold_the_bounds(parse(body, key, receipt=1.0))


@given(st.integers(1, 2000), st.sampled_from(["uuid", "extra", "timestamp", "status", "pid"]))
def test_deep_nesting(depth: int, key: str) -> None:
    """However deep a value is nested, there is an outcome."""
    nested = b"[" * depth + b"]" * depth
    body = b'{"name": "x", "timestamp": 1, "' + key.encode() + b'": ' + nested + b"}"

    hold_the_bounds(parse(body))


@given(st.text(), st.text())
def test_names_that_are_read_can_be_shown(name: str, system: str) -> None:
    """A name is taken as it is or not at all; nothing is cut or replaced on the way in."""
    found = parse(json.dumps({"name": name, "system": system, "timestamp": 1}).encode())

    hold_the_bounds(found)
    assert isinstance(found, Rejected) or found.component == f"{system}:{name}"
