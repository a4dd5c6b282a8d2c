"""Whatever arrives is a fact within bounds, skipped or refused; it never breaks the collector."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.invisible import distinct
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import (
    LARGEST_SIZE,
    LATEST_TIME,
    LONGEST_DURATION,
    NAME_BYTES,
    TEXT_BYTES,
)
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.masking import without_passwords

JSON_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, 201, 499, 999, 20261121000710])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(
        ["a|b;c=1", "$(reboot)", "\x1b[2J", "x" * 300, "20261121T000710.5", "0.5 201 h u", "{}"]
    )
)
# What the tables of AMQP can hold, and a library may make of them.
HEADER_SCALARS = (
    JSON_SCALARS
    | st.floats()
    | st.binary(max_size=20)
    | st.text(st.characters(), max_size=20)
    | st.sampled_from([Decimal("NaN"), Decimal("0.5"), datetime(2026, 1, 1, tzinfo=UTC), "\ud800"])
)


def nested(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=12,
    )


JSON, HEADER = nested(JSON_SCALARS), nested(HEADER_SCALARS)
REPORT_KEYS = (
    "code", "resultCode", "timeCompleted", "elapsedTime", "user", "host", "message", "rate"
)  # fmt: skip
OUR_KEYS = (
    "kind", "state", "client", "source", "code", "bytes", "duration", "name", "flow", "message",
    "timestamp", "node", "id", "pubTime", "relPath", "size", "parts", "sum", "fileOp", "report",
    "timeCompleted",
)  # fmt: skip
KEYS = st.sampled_from(
    ["", "v01.log.s.c.x", "v02.log.x", "v02.report.x", "v02.post", "v03", "v03.report.x", "v03.x",
     "v02.pulse.tick", "transfer", "v", "v0", "v02", ".", "é é"]
) | st.text(max_size=20)  # fmt: skip
TIMES = st.sampled_from(["20261121T000710.5", "20261121000710", "20261121T000710.2e-05"])
CODES = st.integers(0, 700) | st.integers(200, 599).map(str)
NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "code": CODES,
    "resultCode": CODES,
    "timeCompleted": TIMES,
    "pubTime": TIMES,
    "state": st.sampled_from(["started", "finished"]),
    "timestamp": st.floats(0, 2e9),
    "client": NAMES,
    "source": NAMES,
    "node": NAMES,
}
FIELDS = st.lists(
    TIMES | st.sampled_from(["http://h/", "201", "499", "0.5", "-1", "", "x", "é"]) | st.text(),
    max_size=14,
)


def table(values: st.SearchStrategy[Any], keys: tuple[str, ...]) -> st.SearchStrategy[Any]:
    optional = {key: PLAUSIBLE.get(key, st.text(max_size=20)) | values for key in keys}
    return st.fixed_dictionaries({}, optional=optional)


def hold_the_bounds(found: Transfer | Started | Skipped | Rejected) -> None:
    if isinstance(found, Rejected | Skipped):
        assert found.reason.isprintable()
        assert 0 < len(found.reason) < 40
        return
    assert 0 <= found.event < LATEST_TIME
    for text in (found.source, found.client, found.node, found.id):
        assert text.isprintable()
        assert len(text.encode()) <= NAME_BYTES
    assert found.source
    assert found.client
    assert found.name.isprintable()
    assert len(found.name.encode()) <= TEXT_BYTES
    if isinstance(found, Started):
        assert found.node
        assert found.id
        return
    assert type(found.code) is int
    assert 200 <= found.code <= 599
    assert type(found.size) is int
    assert 0 <= found.size <= LARGEST_SIZE
    assert found.duration is None or abs(found.duration) <= LONGEST_DURATION
    for text in (found.flow, found.message):
        assert text.isprintable()
        assert len(text.encode()) <= TEXT_BYTES


@given(st.binary(max_size=200), KEYS)
def test_any_bytes(body: bytes, key: str) -> None:
    """Bytes of any kind are refused or skipped, or are a fact within bounds."""
    hold_the_bounds(parse(body, key))


@given(JSON, KEYS)
def test_any_json(value: object, key: str) -> None:
    """JSON of any shape is refused or skipped, or is a fact within bounds."""
    hold_the_bounds(parse(json.dumps(value).encode(), key))


@given(st.binary(max_size=60), KEYS, st.dictionaries(st.text(max_size=8), HEADER, max_size=4))
def test_any_headers(body: bytes, key: str, headers: dict[str, Any]) -> None:
    """Headers of any kind do no harm."""
    hold_the_bounds(parse(body, key, headers=headers))


@given(table(NAMES, OUR_KEYS[:13]) | table(JSON, OUR_KEYS[:13]))
def test_nearly_right_json_of_our_own(message: dict[str, Any]) -> None:
    """Messages with the keys of our own form and any values, in any combination."""
    hold_the_bounds(parse(json.dumps(message).encode()))
    hold_the_bounds(parse(json.dumps(message).encode(), receipt=1.0))


@given(table(JSON, OUR_KEYS), table(JSON, REPORT_KEYS) | JSON, KEYS)
def test_nearly_right_json(message: dict[str, Any], report: object, key: str) -> None:
    """Messages with the right keys and any values, in any combination."""
    hold_the_bounds(parse(json.dumps(message).encode(), key))
    hold_the_bounds(parse(json.dumps(message | {"report": report}).encode(), key, receipt=1.0))


@given(FIELDS, KEYS, table(HEADER, OUR_KEYS), table(HEADER, REPORT_KEYS) | HEADER)
def test_nearly_right_text(
    fields: list[str], key: str, headers: dict[str, Any], report: object
) -> None:
    """Fields in any number and order, with headers of the right names and any values."""
    body = " ".join(fields).encode(errors="replace")

    hold_the_bounds(parse(body, key, headers=headers))
    hold_the_bounds(parse(body, key, headers=headers | {"report": report}))


@given(st.text(), st.text(), TIMES, CODES)
def test_names_that_are_read_can_be_shown(
    client: str, source: str, time: str, code: int | str
) -> None:
    """A name is taken as it is shown, or not at all: nothing is cut on the way in."""
    report = {"code": code, "timeCompleted": time, "user": client}
    body = json.dumps({"source": source, "report": report}).encode()
    found = parse(body, "v03.x")

    hold_the_bounds(found)
    if isinstance(found, Transfer):
        assert found.source == (without_passwords(distinct(source)) or "-")
        assert found.client == without_passwords(distinct(client or source))


@given(st.integers(1, 2000), st.sampled_from(OUR_KEYS))
def test_deep_nesting(depth: int, key: str) -> None:
    """However deep a value is nested, there is an outcome."""
    deep = b"[" * depth + b"]" * depth
    body = b'{"client": "x", "timestamp": 1, "code": 201, "' + key.encode() + b'": ' + deep + b"}"

    hold_the_bounds(parse(body))
