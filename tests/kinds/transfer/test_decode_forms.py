"""Forms of report that clients send today are read as what they say."""

import json
from datetime import UTC, datetime
from typing import Any

import pika
import pytest

from blinkenlights.collector.decoding import decoding
from blinkenlights.config import Config
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer
from kinds.transfer.reports import BY_SR3, HEADERS, POSTED, read, v02

COMPLETED = datetime(2026, 11, 21, 0, 7, 12, 500000, tzinfo=UTC).timestamp()

POST: dict[str, object] = {
    "pubTime": "20261121T000710.25",
    "baseUrl": "http://pump.example.com/",
    "relPath": "bulletins/CWAO/14/UANT01",
    "from_cluster": "MAIN",
    "source": "weather",
    "mode": "644",
    "size": 124,
    "mtime": "20261121T000709.98",
    "identity": {"method": "sha512", "value": "bm90aGluZw=="},
}
BY_V2: dict[str, object] = {
    "elapsedTime": 0.5,
    "resultCode": 201,
    "host": "node1.example.com",
    "user": "alice",
}


def test_the_kind_is_registered() -> None:
    """A source configured with kind "transfer" reads with this parser."""
    report: dict[str, Any] = {"report": BY_V2, "source": "weather"}
    properties = pika.BasicProperties(headers=report)

    decode = decoding(Config()).decoders["transfer"]

    assert decode(b"{}", "v03.x", properties, POSTED, "") == parse(
        b"{}", "v03.x", headers=report, receipt=POSTED
    )


def test_a_report_of_sr3() -> None:
    """It has the time of completion, and names neither user nor host: the source is the client.

    Bytes and rate give the duration.
    """
    found = read(POST | {"report": BY_SR3}, "v03.bulletins.CWAO.14")

    assert found == Transfer(
        COMPLETED,
        "weather",
        "weather",
        201,
        124,
        2.0,
        "bulletins/CWAO/14/UANT01",
        "",
        "Download successful",
    )


@pytest.mark.parametrize("key", ["v03.bulletins.CWAO", "origin.a.wis2.ca", "moved.reports"])
def test_a_report_of_sr3_in_the_form_of_wis2(key: str) -> None:
    """sr3 puts the report among the properties of the feature; the name is that of the link."""
    feature = {
        "type": "Feature",
        "version": "v04",
        "geometry": None,
        "properties": {
            "pubtime": "2026-11-21T00:07:10.25Z",
            "source": "weather",
            "report": BY_SR3,
        },
        "links": [{"rel": "canonical", "href": "http://pump.example.com/UANT01", "length": 124}],
    }

    assert read(feature, key) == Transfer(
        COMPLETED,
        "weather",
        "weather",
        201,
        124,
        2.0,
        "http://pump.example.com/UANT01",
        "",
        "Download successful",
    )


def test_a_report_of_sr3_about_a_post_in_v02() -> None:
    """The body is that of the post; the report is a table among the headers."""
    body = "20261121000710.25 http://pump.example.com/ bulletins/two%20words"
    headers = {key: HEADERS[key] for key in ("parts", "sum", "source")}
    found = read(body, "v02.post.bulletins", headers | {"report": BY_SR3})

    assert found[:4] == (COMPLETED, "weather", "weather", 201)
    assert found.name == "bulletins/two words"
    assert found.size == 6451
    assert found.message == "Download successful"


def test_a_report_of_v2_about_a_post_in_v03() -> None:
    """The body is text that is cut at the first blank of the path; the headers have it whole."""
    path = "bulletins/two words"
    headers = POST | {"relPath": path, "report": BY_V2, "message": "Not Copied"}
    body = v02("bulletins/two words", "499 node1.example.com alice 0.5")
    found = read(body, "v03.report.bulletins", headers)

    assert found == Transfer(
        POSTED + 0.5,
        "weather",
        "alice",
        201,
        124,
        0.5,
        path,
        "",
        "Not Copied",
        "node1.example.com",
        path,
        is_earliest=True,
        beside="('weather', 201, 'alice', 'node1.example.com', 0.5, None, 'Not Copied', None)",
    )


class LongOnTheWire(int):
    """What pika makes of long and, up to 1.4, of floating-point numbers in headers."""

    def __repr__(self) -> str:
        """Return it as pika does."""
        return f"{int(self)}L"


def test_numbers_in_headers_as_pika_has_them() -> None:
    """They may be of a kind of their own, and have lost their decimals; the body has them."""
    by_v2 = BY_V2 | {"resultCode": LongOnTheWire(201), "elapsedTime": LongOnTheWire(0)}
    by_sr3 = BY_SR3 | {"rate": LongOnTheWire(62)}
    size = LongOnTheWire(5_000_000_000)

    found = read(v02(), "v03.report.x", POST | {"size": size, "report": by_v2})
    of_sr3 = read(v02(rest=""), "v02.post.x", HEADERS | {"parts": "1,124", "report": by_sr3})

    assert (found.code, found.duration, found.size) == (201, 0.5, 5_000_000_000)
    assert type(found.size) is int
    assert of_sr3.duration == 2.0


def test_a_number_in_a_path_is_no_duration() -> None:
    """Where the header has its decimals, nothing is read from the body."""
    body = "20261121000710.25 http://pump.example.com/ a path with blanks and 7"

    assert read(body, "v03.x", {"source": "weather", "report": BY_V2}).duration == 0.5


def test_a_path_in_a_header_comes_before_that_in_a_body() -> None:
    """Even the empty one of a root folder, because what is in the body has more behind it."""
    headers = POST | {"relPath": "", "report": BY_V2}

    assert read(v02(""), "v03.report.bulletins", headers).name == ""


def test_a_report_of_the_manual() -> None:
    """The manual's form names user and host, and says how long it took."""
    found = read(POST | {"report": BY_V2}, "v03.bulletins")

    assert (found.client, found.source, found.node) == ("alice", "weather", "node1.example.com")
    assert (found.event, found.duration, found.code) == (POSTED + 0.5, 0.5, 201)


@pytest.mark.parametrize(
    "report",
    [
        pytest.param("0.5 201 node1.example.com alice", id="words"),
        pytest.param(json.dumps(BY_V2), id="json-as-text"),
        pytest.param(BY_V2, id="table"),
    ],
)
def test_a_report_as_a_header(report: object) -> None:
    """A header has the outcome as a table, as words, or as JSON where a table became text."""
    body = "20261121000710.25 http://pump.example.com/ bulletins/CWAO/14/UANT01"
    found = read(body, "v03.bulletins", {"source": "weather", "report": report})

    assert found[:4] == (POSTED + 0.5, "weather", "alice", 201)
    assert found.name == "bulletins/CWAO/14/UANT01"
    assert found.node == "node1.example.com"


def test_a_report_as_a_header_of_a_post_in_json() -> None:
    """It does not matter which of the two has the report, and that in the body comes first."""
    other: dict[str, object] = {"report": BY_SR3 | {"code": 499}}

    assert read(POST, "v03.x", {"report": BY_SR3}).event == COMPLETED
    assert read(POST | {"report": BY_SR3}, "v03.x", other).code == 201


@pytest.mark.parametrize("header", ["whatever", "{", 7, True, ["a"], {}, {"code": "\ud800"}])
def test_a_header_that_is_no_report_beside_one_in_the_body(header: object) -> None:
    """It says nothing, and nothing breaks by it."""
    assert read(POST | {"report": BY_SR3}, "v03.x", {"report": header}).code == 201


def test_the_first_reports_of_sr3() -> None:
    """They had the time of completion beside the report, or none."""
    bare = {"code": 304, "message": "Not modified"}
    beside = POST | {"report": bare, "timeCompleted": "20261121T000712.5"}

    assert read(beside, "v03.x").event == COMPLETED
    assert read(POST | {"report": bare}, "v03.x").event == POSTED


def test_a_malformed_time_of_completion() -> None:
    """About one report in 10,000 has a mangled fraction; its second is right."""
    report = BY_SR3 | {"timeCompleted": "20261121T000712.22408295e-05"}

    assert read(POST | {"report": report}, "v03.x").event == COMPLETED - 0.5


@pytest.mark.parametrize(
    ("size", "rate"),
    [
        (124, 0),
        (124, -62.0),
        (124, None),
        (124, "62"),
        (124, []),
        (124, True),
        (124, 1e-9),
        (0, 62),
    ],
)
def test_a_rate_that_says_nothing(size: int, rate: object) -> None:
    """Where bytes and rate give no duration, there is none."""
    report = {"code": 201, "rate": rate}

    assert read(POST | {"size": size, "report": report}, "v03.x").duration is None


def test_a_size_as_text() -> None:
    """The client in C writes sizes as text."""
    assert read(POST | {"size": "42273", "report": BY_SR3}, "v03.x").size == 42273


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        pytest.param(POST | {"fileOp": {"directory": ""}, "report": BY_SR3}, {}, id="directory"),
        pytest.param(POST | {"fileOp": {"remove": ""}, "report": BY_SR3}, {}, id="removal"),
        pytest.param(v02(), HEADERS | {"sum": "R,0"}, id="v02-removal"),
        pytest.param(v02(), HEADERS | {"sum": "L,abc"}, id="v02-link"),
        pytest.param(v02(), HEADERS | {"sum": "m,0"}, id="v02-directory"),
    ],
)
def test_what_is_not_a_file(message: object, headers: dict[str, object]) -> None:
    """Directories, links and removals are transfers in which no file is moved."""
    assert not read(message, "v02.report.x", headers).is_file


@pytest.mark.parametrize("checksum", ["d,0", "s,0", "n,0", "0,1", "z,d", "", None, 7])
def test_what_is_a_file(checksum: object) -> None:
    """Whatever method the checksum is by, it is that of a file."""
    assert read(v02(), "v02.report.x", HEADERS | {"sum": checksum}).is_file


def test_a_report_about_a_file_in_the_root_folder() -> None:
    """Its key says post; that it is a report is to be seen by the header `message`."""
    assert read(v02("UANT01"), "v02.post", HEADERS).client == "alice"


def test_a_report_under_the_name_of_a_queue() -> None:
    """What was moved from queue to queue has lost its key; it is known by its fields."""
    assert read(v02(), "moved.reports", HEADERS).client == "alice"
    assert read(POST | {"report": BY_V2}, "moved.reports").client == "alice"


OWN: dict[str, object] = {
    "kind": "transfer",
    "client": "alice",
    "source": "weather",
    "code": 201,
    "bytes": 124,
    "duration": 0.5,
    "name": "bulletins/CWAO/14/UANT01",
    "flow": "exp13",
    "message": "done",
    "timestamp": "2026-11-21T00:07:12.5Z",
}


@pytest.mark.parametrize("key", ["", "transfer.alice"])
def test_json_of_our_own(key: str) -> None:
    """Each key is what it is called; the time is when the transfer was over."""
    assert read(OWN, key) == Transfer(
        COMPLETED,
        "weather",
        "alice",
        201,
        124,
        0.5,
        "bulletins/CWAO/14/UANT01",
        "exp13",
        "done",
    )


def test_the_least_that_json_of_our_own_needs() -> None:
    """Who and how it went; on a socket a line without a time is of now."""
    found = parse(b'{"client": "alice", "code": "503"}', receipt=POSTED)

    assert found == Transfer(POSTED, "-", "alice", 503, 0, None, "", "", "")


def test_a_report_without_a_time_on_a_socket_is_of_now() -> None:
    """A report in JSON is taken from a socket, too; a time that it has is not overruled."""
    body = json.dumps({"kind": "transfer", "source": "weather", "report": {"code": 201}}).encode()
    dated = json.dumps(POST | {"report": BY_SR3}).encode()

    found = parse(body, receipt=7.0)
    of_its_time = parse(dated, receipt=7.0)

    assert isinstance(found, Transfer)
    assert found.event == 7.0
    assert isinstance(of_its_time, Transfer)
    assert of_its_time.event == COMPLETED
