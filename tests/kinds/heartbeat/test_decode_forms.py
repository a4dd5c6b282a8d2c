"""Every form of heartbeat that components send is read as what it says."""

import json
from datetime import UTC, datetime

import pytest

from blinkenlights.collector.decoding import decoding
from blinkenlights.config import Config
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig

MOMENT = datetime(2011, 6, 29, 15, 3, 23, tzinfo=UTC).timestamp()
ROADMAP: dict[str, object] = {
    "name": "SMPP Transport 1",
    "uuid": "0f148162-a25b-11e0-ba57-0017f2d90f78",
    "timestamp": [2011, 6, 29, 15, 3, 23],
}
VUMI_2011: dict[str, object] = {
    "message_version": "20110707",
    "message_type": "custom",
    "source_name": "myworker",
    "source_id": "abc123",
    "payload": ["foo"],
    "timestamp": [2011, 6, 29, 15, 3, 23],
}
VUMI_2013: dict[str, object] = {
    "version": "20130319",
    "system_id": "system-1",
    "worker_id": "system-1:twitter_transport",
    "worker_name": "twitter_transport",
    "hostname": "test-host-1",
    "timestamp": MOMENT,
    "pid": 345,
}
STATUS: dict[str, object] = {
    "message_version": "20110921",
    "message_type": "status_event",
    "status": "degraded",
    "component": "connection",
    "type": "slow",
    "message": "the link is slow",
    "reasons": ["timeout"],
    "details": {"retries": 3},
    "timestamp": "2011-06-29 15:03:23.000000",
    "routing_metadata": {},
    "helper_metadata": {},
}


def read(message: dict[str, object], routing_key: str = "", **options: float) -> Heartbeat:
    found = parse(json.dumps(message).encode(), routing_key, **options)  # type: ignore[arg-type]
    assert isinstance(found, Heartbeat), found
    return found


def refused(message: object, **options: float) -> Rejected:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    found = parse(body, **options)  # type: ignore[arg-type]
    assert isinstance(found, Rejected), found
    return found


def test_the_kind_is_registered() -> None:
    """A source configured with kind "heartbeat" reads with this parser."""
    body = json.dumps({"name": "backup"}).encode()
    settings = Config(of_kinds=(HeartbeatConfig(interval=10),))

    decode = decoding(settings).decoders["heartbeat"]

    assert decode(body, "", None, MOMENT, "") == parse(body, default_interval=10, receipt=MOMENT)


def test_the_roadmap_form() -> None:
    """Name, uuid and time are read; nothing else is needed, and a minute is the interval."""
    found = read(ROADMAP)

    assert found == Heartbeat(
        "SMPP Transport 1", MOMENT, 60, "0f148162-a25b-11e0-ba57-0017f2d90f78", "{}"
    )


def test_the_roadmap_form_without_a_uuid() -> None:
    """A script that has no uuid is a component with one unnamed instance."""
    found = read({"name": "backup", "timestamp": MOMENT})

    assert found.instance == ""


def test_the_roadmap_form_with_a_system() -> None:
    """A system stands before the name, so that two systems may use one name."""
    found = read(ROADMAP | {"system": "billing"})

    assert found.component == "billing:SMPP Transport 1"


def test_further_keys_are_kept() -> None:
    """All keys that are not ours are kept as they came, in their order."""
    found = read(ROADMAP | {"queue_depth": 7, "version": "1.2", "nested": {"a": [1, None]}})

    assert json.loads(found.extras) == {
        "queue_depth": 7,
        "version": "1.2",
        "nested": {"a": [1, None]},
    }
    assert found.trimmed == ""


def test_a_json_line_names_its_kind() -> None:
    """The key that says what a JSON line holds is not a further key."""
    assert read(ROADMAP | {"kind": "heartbeat"}) == read(ROADMAP)


def test_the_form_of_2011() -> None:
    """Source and id are component and instance; type and payload are kept."""
    found = read(VUMI_2011)

    assert found[:4] == ("myworker", MOMENT, 60, "abc123")
    assert json.loads(found.extras) == {"message_type": "custom", "payload": ["foo"]}


def test_the_form_of_2013() -> None:
    """A worker is a component of its system; its host and process are the instance."""
    found = read(VUMI_2013)

    assert found == Heartbeat(
        "system-1:twitter_transport", MOMENT, 60, "test-host-1:345", "{}", "", ""
    )


def test_the_form_of_2013_with_keys_of_ones_own() -> None:
    """Workers add attributes of their own, which are kept."""
    found = read(VUMI_2013 | {"uptime": 12.5, "interval": 10})

    assert json.loads(found.extras) == {"uptime": 12.5}
    assert found.interval == 10


@pytest.mark.parametrize("status", ["ok", "degraded", "down"])
def test_a_health_report(status: str) -> None:
    """A health report names its transport by the routing key, and its silence says nothing."""
    found = read(STATUS | {"status": status}, "sms.status.status")

    assert found[:4] == ("sms:connection", MOMENT, 0, "")
    assert found.status == status
    assert json.loads(found.extras)["message"] == "the link is slow"


@pytest.mark.parametrize(
    ("key", "component"),
    [
        ("sms.status.status", "sms:connection"),
        ("sms.status", "sms:connection"),
        ("smpp.eu.status.status", "smpp.eu:connection"),
        ("", "connection"),
    ],
)
def test_where_a_health_report_comes_from(key: str, component: str) -> None:
    """The routing key without its last words is the transport; without a key there is none."""
    assert read(STATUS, key).component == component


def test_a_health_report_keeps_no_envelope() -> None:
    """Routing and version are the transport's business; what it says of its health is kept."""
    assert json.loads(read(STATUS).extras).keys() == {"type", "message", "reasons", "details"}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"\xff\xfe", "not JSON", id="not-utf-8"),
        pytest.param(b'{"name": "x"', "not JSON", id="cut"),
        pytest.param(b'{"name": "x", "a": NaN}', "not JSON", id="nan"),
        pytest.param(b"[" * 100_000, "too large", id="huge"),
        pytest.param(b"[" * 60_000, "not JSON", id="deep"),
        pytest.param(b'{"name": "\\ud800"}', "not JSON", id="surrogate"),
        pytest.param([1, 2], "not a JSON object", id="list"),
        pytest.param("text", "not a JSON object", id="text"),
        pytest.param(None, "not a JSON object", id="null"),
        pytest.param({}, "no name", id="nothing-in-it"),
        pytest.param({"datapoints": []}, "no name", id="metrics"),
        pytest.param(ROADMAP | {"name": ""}, "no name", id="empty-name"),
        pytest.param(ROADMAP | {"name": "  "}, "no name", id="blank-name"),
        pytest.param(ROADMAP | {"name": 7}, "no name", id="number-for-a-name"),
        pytest.param(ROADMAP | {"name": None}, "no name", id="null-for-a-name"),
        pytest.param(ROADMAP | {"name": "x" * 256}, "name too long", id="long-name"),
        pytest.param(ROADMAP | {"name": "é" * 128}, "name too long", id="long-in-bytes"),
        pytest.param(ROADMAP | {"name": "a\nb"}, "name not printable", id="newline"),
        pytest.param(ROADMAP | {"name": "a\x1b[2J"}, "name not printable", id="escape"),
        pytest.param(ROADMAP | {"name": "a\u202eb"}, "name not printable", id="right-to-left"),
        pytest.param(ROADMAP | {"system": ""}, "no system", id="empty-system"),
        pytest.param(ROADMAP | {"system": "x" * 250}, "name too long", id="long-together"),
        pytest.param({"name": "x"}, "no timestamp", id="no-time"),
        pytest.param(ROADMAP | {"timestamp": None}, "no timestamp", id="null-for-a-time"),
        pytest.param(ROADMAP | {"timestamp": True}, "bad timestamp", id="true-for-a-time"),
        pytest.param(ROADMAP | {"timestamp": {}}, "bad timestamp", id="object-for-a-time"),
        pytest.param(ROADMAP | {"timestamp": "yesterday"}, "bad timestamp", id="words-for-a-time"),
        pytest.param(ROADMAP | {"timestamp": []}, "bad timestamp", id="empty-list"),
        pytest.param(ROADMAP | {"timestamp": [2011]}, "bad timestamp", id="short-list"),
        pytest.param(
            ROADMAP | {"timestamp": [2011, 2, 30, 0, 0, 0]}, "bad timestamp", id="30-february"
        ),
        pytest.param(
            ROADMAP | {"timestamp": [2011, 2, 3, 0, 0, 62]}, "bad timestamp", id="second-62"
        ),
        pytest.param(ROADMAP | {"timestamp": -1}, "bad timestamp", id="before-1970"),
        pytest.param(ROADMAP | {"timestamp": 1e18}, "bad timestamp", id="beyond-9999"),
        pytest.param(ROADMAP | {"timestamp": 10**400}, "bad timestamp", id="beyond-numbers"),
        pytest.param(
            VUMI_2011 | {"message_version": "19800902"}, "unknown message_version", id="v"
        ),
        pytest.param(VUMI_2011 | {"timestamp": None}, "no timestamp", id="2011-no-time"),
        pytest.param(VUMI_2011 | {"source_name": None}, "no source_name", id="2011-no-source"),
        pytest.param(VUMI_2013 | {"version": "20130101"}, "unknown version", id="2013-version"),
        pytest.param(VUMI_2013 | {"pid": "43"}, "no pid", id="2013-text-for-a-pid"),
        pytest.param(VUMI_2013 | {"pid": True}, "no pid", id="2013-true-for-a-pid"),
        pytest.param(VUMI_2013 | {"hostname": ""}, "no hostname", id="2013-no-host"),
        pytest.param(VUMI_2013 | {"worker_name": 1}, "no name", id="2013-no-worker"),
        pytest.param(VUMI_2013 | {"timestamp": None}, "no timestamp", id="2013-no-time"),
        pytest.param(STATUS | {"status": "fine"}, "unknown status", id="unknown-status"),
        pytest.param(STATUS | {"status": ["ok"]}, "unknown status", id="list-for-a-status"),
        pytest.param(STATUS | {"component": None}, "no name", id="status-of-nothing"),
    ],
)
def test_what_is_refused(message: object, reason: str) -> None:
    """What is no heartbeat is refused with a reason that can be counted, and a detail."""
    found = refused(message)

    assert found.reason == reason
    assert len(found.detail) < 300


@pytest.mark.parametrize("parts", [[], [2011], [2011, 6, 29, 15, 3, 23, 0]])
def test_a_list_of_another_length_is_told_what_a_time_is(parts: list[int]) -> None:
    """Who sends three numbers reads which six are wanted."""
    found = refused(ROADMAP | {"timestamp": parts})

    wanted = "wanted [year, month, day, hour, minute, second]"
    assert found.detail == f"a list of {len(parts)}, {wanted}"


def test_a_reason_holds_nothing_of_the_message() -> None:
    """Reasons are counted by their words, so a hostile sender cannot invent them."""
    found = refused(VUMI_2011 | {"message_version": "evil"})

    assert "evil" not in found.reason
    assert "evil" in found.detail


def test_a_line_without_a_time_is_of_now() -> None:
    """Where nothing can have waited, a heartbeat without a time was sent when it came."""
    assert read({"name": "backup"}, receipt=MOMENT).event == MOMENT
    assert read(ROADMAP, receipt=1.0).event == MOMENT
