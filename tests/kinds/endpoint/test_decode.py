"""Results and reports as they travel: each field, and what is refused with which words."""

import json
from typing import Any

import pytest

from blinkenlights.kinds.endpoint.decode import parse
from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.endpoint.keys import Asked, Details, parse_details
from blinkenlights.kinds.endpoint.message import (
    LONGEST_PERIOD,
    MOST_LABELS,
    MOST_REASONS,
    MOST_VALUES,
)
from blinkenlights.kinds.endpoint.numbers import drawn_number, numbers_of
from blinkenlights.kinds.endpoint.prober import decode as prober
from blinkenlights.kinds.endpoint.prober.message import MOST_PROBLEMS
from blinkenlights.kinds.endpoint.prober.numbers import numbers_of as numbers_of_prober
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import BODY_BYTES, TEXT_BYTES

NAME = "www.example.net/health"
DUE = 1_790_000_000.0
RESULT: dict[str, Any] = {
    "kind": "endpoint",
    "endpoint": NAME,
    "due": DUE,
    "started": DUE + 0.01,
    "ended": DUE + 0.5,
    "next": DUE + 90,
    "timeout": 10,
    "result": "failed",
    "failures": [2, 3],
    "recoveries": 2,
    "reasons": ["json.status was 'degraded', want 'ok'"],
    "prober": "berlin",
    "file": "shop.yml",
    "status": 503,
    "address": "192.0.2.1:443",
    "time": {"total": 0.49, "dns": 0.01, "connect": 0.02, "tls": 0.05, "first_byte": 0.4},
    "certificate": {"days": -1.5, "issuer": "Example CA", "problem": "it has expired"},
    "values": {"queue.depth": 3, "version": "1.2", "is_ready": False, "none": None},
    "labels": {"team": "payments"},
    "location": "fra",
    "worker": "w1",
    "planned": 30.0,
    "asked": [{"worker": "w1", "result": "failed", "reason": "timed out"}],
}
REPORT: dict[str, Any] = {
    "kind": "probe",
    "prober": "berlin",
    "timestamp": DUE,
    "started": DUE - 60,
    "missed": 2,
    "run": 98,
    "window": {"seconds": 60, "due": 100, "run": 98, "missed": 2, "lag_95": 0.25, "used": 0.5},
    "problems": [{"file": "a.yml", "line": 7, "sentence": "duplicate key"}],
    "locations": [
        {
            "name": "fra",
            "endpoints": 40,
            "limit_since": DUE - 30,
            "slowest": NAME,
            "planned": 60,
            "actual": 180,
            "workers": [{"name": "w1", "heard": DUE - 1, "capacity": 20, "labels": {"a": "b"}}],
        }
    ],
}


def parsed(receipt: float | None = None, **changed: Any) -> Any:  # noqa: ANN401 - one of three
    message = {key: value for key, value in (RESULT | changed).items() if value is not ...}
    return parse(json.dumps(message).encode(), receipt)


def details(**changed: Any) -> Details:  # noqa: ANN401 - keys of the message
    return parse_details(parsed(**changed).details)


def test_every_field() -> None:
    """All that a result says is found again in its fact, and in what checks read of it."""
    fact = parsed()

    assert fact == EndpointResult(
        event=DUE + 0.5,
        endpoint=NAME,
        due=DUE,
        level=2,
        overdue=DUE + 90 + 90 + 10,
        failures=(2, 3),
        recoveries=2,
        details=fact.details,
        figures={
            "success": 0.0,
            "total": 0.49,
            "dns": 0.01,
            "connect": 0.02,
            "tls": 0.05,
            "first_byte": 0.4,
            "cert.days": -1.5,
            "value.queue.depth": 3.0,
            "value.is_ready": 0.0,
        },
    )
    assert parse_details(fact.details) == Details(
        reasons=RESULT["reasons"],
        next=DUE + 90,
        failures=(2, 3),
        recoveries=2,
        prober="berlin",
        file="shop.yml",
        status=503,
        address="192.0.2.1:443",
        phases=RESULT["time"],
        certificate=RESULT["certificate"],
        values=RESULT["values"],
        labels={"team": "payments"},
        location="fra",
        worker="w1",
        planned=30.0,
        asked=(Asked("w1", "failed", "timed out"),),
    )


@pytest.mark.parametrize(("word", "level"), [("ok", 0), ("degraded", 1), ("failed", 2)])
def test_levels(word: str, level: int) -> None:
    """Each word is a level; only what failed is no success."""
    fact = parsed(result=word)

    assert fact.level == level
    assert fact.figures["success"] == float(level < 2)


def test_the_least_that_a_result_says() -> None:
    """Whatever is left out has its default; it ended when it came."""
    message = {key: RESULT[key] for key in ("kind", "endpoint", "due", "next")}
    fact = parse(json.dumps(message | {"result": "ok"}).encode(), DUE + 2)

    assert isinstance(fact, EndpointResult)
    assert (fact.event, fact.failures, fact.recoveries) == (DUE + 2, (1, 1), 1)
    assert fact.figures == {"success": 1.0}


def test_that_an_endpoint_is_removed() -> None:
    """It needs neither a next probe nor anything else."""
    body = {"kind": "endpoint", "endpoint": NAME, "due": DUE, "result": "removed"}

    assert parse(json.dumps(body).encode(), None) == EndpointRemoved(DUE, NAME)


@pytest.mark.parametrize(
    ("period", "grace"), [(1, 60), (60, 60), (90, 90), (3600, 3600), (86400, 3600)]
)
def test_when_a_result_is_overdue(period: float, grace: float) -> None:
    """A period after the next is due, a minute at least and an hour at most, and its timeout."""
    assert parsed(next=DUE + period).overdue == DUE + period + grace + 10


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"endpoint": ""}, "no endpoint"),
        ({"endpoint": " \t"}, "no endpoint"),
        ({"endpoint": "a\u0000b"}, "endpoint not printable"),
        ({"endpoint": "x" * 256}, "endpoint too long"),
        ({"endpoint": 7}, "no result of a probe"),
        ({"endpoint": ...}, "no result of a probe"),
        ({"due": ...}, "no result of a probe"),
        ({"due": -1}, "bad timestamp"),
        ({"due": 1e300}, "bad timestamp"),
        ({"ended": 253402300800}, "bad timestamp"),
        ({"next": ...}, "no next"),
        ({"next": DUE}, "bad next"),
        ({"next": DUE - 1}, "bad next"),
        ({"next": DUE + LONGEST_PERIOD + 1}, "bad next"),
        ({"next": DUE + 60 * 86400}, "bad next"),
        ({"result": "fine"}, "no result of a probe"),
        ({"result": ...}, "no result of a probe"),
        ({"timeout": -1}, "no result of a probe"),
        ({"failures": [3, 2]}, "bad failures"),
        ({"failures": [0, 2]}, "no result of a probe"),
        ({"failures": [1, 21]}, "no result of a probe"),
        ({"failures": 3}, "no result of a probe"),
        ({"recoveries": 0}, "no result of a probe"),
        ({"time": {"total": -0.1}}, "no result of a probe"),
        ({"status": "200"}, "no result of a probe"),
        ({"values": {"a": {"b": 1}}}, "no result of a probe"),
        ({"values": {"": 1}}, "no value name"),
        ({"labels": {"a": 1}}, "no result of a probe"),
        ({"certificate": {}}, "no result of a probe"),
        ({"reasons": ["x" * BODY_BYTES]}, "too large"),
        ({"kind": "heartbeat"}, "no result of a probe"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], reason: str) -> None:
    """It says why."""
    refused = parsed(**changed)

    assert isinstance(refused, Rejected)
    assert refused.reason == reason
    assert refused.detail


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 60000, b'{"a":' * 9000])
def test_no_result_at_all(body: bytes) -> None:
    """Anything else is refused as well."""
    assert isinstance(parse(body, DUE), Rejected)
    assert isinstance(prober.parse(body), Rejected)


def test_texts_are_made_printable() -> None:
    """Reasons, names and values are shown to people: in one line, with passwords masked."""
    found = details(
        reasons=["a\nb", "x" * 2000, "https://me:secret@example.net/ failed"],
        address="a\x1b[2J",
        file="/etc/x" * 100,
        values={"text": "a\x00b"},
        certificate={"days": 1, "issuer": "CN=\x07", "problem": "p\n"},
    )

    assert found.reasons[0] == "a\\nb"
    assert len(found.reasons[1].encode()) == TEXT_BYTES
    assert "secret" not in found.reasons[2]
    assert (found.address, found.file) == ("", "")
    assert found.values == {"text": "a\\x00b"}
    assert found.certificate == {"days": 1.0, "issuer": "CN=\\x07", "problem": "p\\n"}


def test_lists_are_made_short() -> None:
    """Of reasons, values and labels so many are kept."""
    found = details(
        reasons=["no"] * 100,
        values={f"v{number}": number for number in range(100)},
        labels={f"l{number}": "" for number in range(100)},
    )

    assert len(found.reasons) == MOST_REASONS
    assert len(found.values) == MOST_VALUES
    assert len(found.labels) == MOST_LABELS


def test_an_expired_certificate_has_a_number() -> None:
    """The series does not end when the certificate does."""
    assert parsed(certificate={"days": -400.25}).figures["cert.days"] == -400.25


def test_numbers_of_a_result() -> None:
    """Each figure is a series of the endpoint, and the whole time is what is drawn beside it."""
    numbers = {each.name: each for each in numbers_of(parsed())}

    assert numbers["probe.total"].value == 0.49
    assert numbers["probe.value.queue.depth"].value == 3.0
    assert {each.event for each in numbers.values()} == {DUE + 0.5}
    drawn = drawn_number(NAME)
    assert (drawn.name, drawn.tags) == ("probe.total", numbers["probe.total"].tags)
    assert numbers_of(EndpointRemoved(DUE, NAME)) == ()


def test_a_report_of_a_prober() -> None:
    """Its numbers are series too."""
    fact = prober.parse(json.dumps(REPORT).encode())

    assert not isinstance(fact, Rejected)
    assert (fact.event, fact.prober) == (DUE, "berlin")
    assert {each.name: each.value for each in numbers_of_prober(fact)} == {
        "prober.lag": 0.25,
        "prober.missed": 2.0,
        "prober.run": 98.0,
        "prober.used": 0.5,
        "prober.files.bad": 1.0,
    }


def test_a_report_of_many_problems() -> None:
    """So many are kept, printable, and each names a file."""
    problems = [{"file": "\x00", "sentence": "a\nb"}] * 100
    fact = prober.parse(json.dumps(REPORT | {"problems": problems}).encode())

    assert not isinstance(fact, Rejected)
    kept = json.loads(fact.text)["problems"]
    assert len(kept) == MOST_PROBLEMS
    assert kept[0] == {"file": "a file", "sentence": "a\\nb"}


@pytest.mark.parametrize(
    "changed",
    [{"prober": ""}, {"timestamp": -1}, {"missed": -1}, {"window": {"seconds": -1}}, {"run": 1.5}],
)
def test_a_report_that_is_refused(changed: dict[str, Any]) -> None:
    """Nothing negative, and no prober without a name."""
    assert isinstance(prober.parse(json.dumps(REPORT | changed).encode()), Rejected)


def test_a_worker_speaks_for_the_location_of_its_routing_key() -> None:
    """The broker holds it to that key; a collector holds the result to it."""
    body = b'{"kind": "endpoint", "endpoint": "e", "due": 1, "next": 61, "result": "%s"%s}'
    here = b', "location": "riga"'

    assert isinstance(parse(body % (b"ok", here), 1.0, "result.riga"), EndpointResult)
    assert isinstance(parse(body % (b"ok", b""), 1.0, "elsewhere"), EndpointResult)
    for word, location, key, reason in (
        (b"ok", here, "result.lab", "wrong location"),
        (b"ok", b"", "result.lab", "wrong location"),
        (b"removed", here, "result.riga", "not a worker's word"),
    ):
        rejected = parse(body % (word, location), 1.0, key)
        assert isinstance(rejected, Rejected)
        assert rejected.reason == reason
