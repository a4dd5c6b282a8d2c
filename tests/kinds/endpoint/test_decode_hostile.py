"""Whatever arrives is a result within bounds, or none; it never breaks the collector."""

import json
from math import isfinite
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.kinds.endpoint.decode import parse
from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.endpoint.keys import parse_details
from blinkenlights.kinds.endpoint.prober import decode as prober
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import LATEST_TIME, NAME_BYTES, TEXT_BYTES
from kinds.endpoint.test_decode import REPORT, RESULT

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from([10**400, 2**64, -1, "\x1b[2J", "x" * 300, "https://a:b@c", 253402300799])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def nearly(message: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return the message with some of its keys spoilt."""
    spoilt = st.dictionaries(st.sampled_from([*message]), ANYTHING, max_size=4)
    return spoilt.map(lambda each: message | each)


def hold_the_bounds(found: EndpointResult | EndpointRemoved | Rejected) -> None:
    if isinstance(found, Rejected):
        assert found.reason.isprintable()
        return
    assert 0 <= found.event < LATEST_TIME
    assert found.endpoint.isprintable()
    assert 0 < len(found.endpoint.encode()) <= NAME_BYTES
    if isinstance(found, EndpointResult):
        assert found.due < found.overdue
        assert all(map(isfinite, found.figures.values()))
        details = parse_details(found.details)
        texts = [*details.reasons, *details.labels.values(), details.file, details.prober]
        texts += [details.location, details.worker, *(each.reason for each in details.asked)]
        assert all(each.isprintable() and len(each.encode()) <= TEXT_BYTES for each in texts)


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    """Bytes of any kind have an outcome."""
    hold_the_bounds(parse(body, 1.0))
    prober.parse(body)


@given(ANYTHING | nearly(RESULT))
def test_nearly_right_results(message: object) -> None:
    """Messages with the right keys and any values, in any combination."""
    body = json.dumps(message).encode()

    hold_the_bounds(parse(body, None))
    hold_the_bounds(parse(body, 1.0))


@given(nearly(REPORT))
def test_nearly_right_reports(message: object) -> None:
    """So it is with reports of probers."""
    found = prober.parse(json.dumps(message).encode())

    assert isinstance(found, Rejected) or 0 <= found.event < LATEST_TIME
