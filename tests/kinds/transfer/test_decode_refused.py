"""What is no report is skipped where it is a post, and refused where it is nothing we know."""

import json

import pytest

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import BODY_BYTES
from blinkenlights.kinds.transfer.decode import parse

POST: dict[str, object] = {
    "pubTime": "20261121T000710.25",
    "baseUrl": "http://pump.example.com/",
    "relPath": "bulletins/CWAO/14/UANT01",
    "source": "weather",
    "size": 124,
}
V02_POST = "20261121000710.25 http://pump.example.com/ bulletins/CWAO/14/UANT01"
V02 = V02_POST + " 201 node1 alice 0.5"
V01 = "20261121000710.25 457 1 0 0 d 0123 http://h/data/ GIF/x.gif exp13 202 node1 alice 0.1"
OWN: dict[str, object] = {"client": "alice", "code": 201, "timestamp": 1795219632.5}
REPORT: dict[str, object] = {"code": 201, "timeCompleted": "20261121T000712.5"}
WIS2: dict[str, object] = {
    "type": "Feature",
    "version": "v04",
    "id": "0fd2ec5c-1b2a-4c7e-9d55-3cd7a1f3b1f3",
    "geometry": None,
    "properties": {"pubtime": "2026-11-21T00:07:10.25Z", "data_id": "ca/UANT01"},
    "links": [{"rel": "canonical", "href": "http://pump.example.com/UANT01", "length": 124}],
}
MOVED: dict[str, object] = {"parts": "1,124,1,0,0", "sum": "s,q0d5", "source": "weather"}


def encoded(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


@pytest.mark.parametrize(
    ("body", "key", "headers"),
    [
        pytest.param(POST, "v03.bulletins.CWAO", {}, id="v03"),
        pytest.param(POST, "v03", {}, id="v03-in-the-root-folder"),
        pytest.param(POST, "v03.observé.Montréal été", {}, id="blanks-and-accents"),
        pytest.param(POST, "v03.report.daily", {}, id="folder-called-report"),
        pytest.param(POST, "v03.weather.report", {}, id="file-called-report"),
        pytest.param(POST, "v03.log", {}, id="folder-called-log"),
        pytest.param(POST, "v03.pulse", {}, id="folder-called-pulse"),
        pytest.param(POST, "moved.posts", {}, id="under-the-name-of-a-queue"),
        pytest.param(POST | {"fileOp": {"remove": ""}}, "v03.bulletins", {}, id="removal"),
        pytest.param(POST | {"report": None}, "v03.bulletins", {}, id="null-for-a-report"),
        pytest.param(POST | {"relPath": 'a"report"b'}, "v03.bulletins", {}, id="quoted"),
        pytest.param(V02_POST, "v02.post.bulletins", {"source": "weather"}, id="v02"),
        pytest.param(V02_POST, "v02.post.report.daily", {}, id="v02-folder-called-report"),
        pytest.param(V02_POST + ' "report" x y z', "v02.post.a", {}, id="v02-blanks"),
        pytest.param(V02_POST, "v02.post", {"message": "hello"}, id="v02-with-a-message"),
        pytest.param(V01, "v01.post.weather.NRDPS", {}, id="v01"),
        pytest.param(["20190120T045018", "http://h/", "x", {}], "v03.post.x", {}, id="list"),
        pytest.param("anything", "v00.dd.notify.x", {}, id="v00"),
        pytest.param(b"\xff\xfe", "v03.x", {}, id="whatever-it-holds"),
        pytest.param(POST | {"content": "x" * 200_000}, "v03.x", {}, id="with-its-content"),
        pytest.param(V02_POST, "moved.posts", MOVED, id="v02-under-the-name-of-a-queue"),
        pytest.param(V02_POST, "", MOVED, id="v02-without-a-key"),
        pytest.param(V02_POST, "moved", {"sum": "R,1"}, id="v02-removal-without-parts"),
        pytest.param(WIS2, "origin.a.wis2.ca-eccc.data", {}, id="wis2"),
        pytest.param(WIS2, "v03.wis2", {}, id="wis2-under-a-topic-of-sarracenia"),
        pytest.param(WIS2, "moved.posts", {}, id="wis2-under-the-name-of-a-queue"),
        pytest.param(
            {"type": "Feature", "conformsTo": ["http://wis.wmo.int/spec/wis/2/conf"]},
            "cache.a.wis2.x",
            {},
            id="wis2-without-a-time",
        ),
    ],
)
def test_a_post_is_skipped(body: object, key: str, headers: dict[str, object]) -> None:
    """A post tells that a product is there; it shares the exchange and is no fault."""
    assert parse(encoded(body), key, headers=headers) == Skipped("post")


@pytest.mark.parametrize(
    ("body", "key", "reason"),
    [
        pytest.param(
            "20261121000710 12 0 4096 0 204.8 0.2 60", "v01.speedo.client.alice", "speedo", id="a"
        ),
        pytest.param("20261121000710.25", "v02.pulse.tick", "pulse", id="tick"),
        pytest.param("20261121000710.25 maintenance", "v02.pulse.message", "pulse", id="message"),
        pytest.param(V02.replace(" 201 ", " 102 "), "v02.report.x", "interim", id="v02-interim"),
        pytest.param(OWN | {"code": 100}, "", "interim", id="interim"),
        pytest.param(OWN | {"code": 199}, "", "interim", id="last-interim"),
    ],
)
def test_what_else_is_skipped(body: object, key: str, reason: str) -> None:
    """Speedos, pulses, and codes that say no more than that a transfer goes on."""
    assert parse(encoded(body), key) == Skipped(reason)


@pytest.mark.parametrize(
    ("body", "key", "headers", "reason"),
    [
        pytest.param("", "", {}, "not a report", id="empty"),
        pytest.param(b"\xff\xfe\x00", "", {}, "not a report", id="bytes"),
        pytest.param("hello", "transfer.x", {}, "not a report", id="word"),
        pytest.param(V02_POST, "moved.posts", {}, "not a report", id="post-without-its-key"),
        pytest.param(V02_POST, "v02.report.x", MOVED, "not a report", id="post-called-a-report"),
        pytest.param("a b", "moved.posts", MOVED, "not a report", id="two-fields"),
        pytest.param({"type": "Feature"}, "x", {}, "no client", id="any-feature"),
        pytest.param(V02_POST, "v02.report.x", {}, "not a report", id="too-few-fields"),
        pytest.param("\n" + V02, "v02.report.x", {}, "not a report", id="second-line"),
        pytest.param("a b c d e f g h", "", {}, "no code", id="words"),
        pytest.param(V02.replace("201 ", "OK "), "v02.report.x", {}, "no code", id="ok"),
        pytest.param(V02.replace("201 ", "999 "), "v02.report.x", {}, "bad code", id="999"),
        pytest.param(V02.replace("201 ", "000 "), "v02.report.x", {}, "bad code", id="000"),
        pytest.param("x" + V02, "v02.report.x", {}, "bad timestamp", id="no-date"),
        pytest.param(
            V02.replace("20261121000710.25", "201506011357.345"),
            "v02.report.x",
            {},
            "bad timestamp",
            id="date-without-seconds",
        ),
        pytest.param(
            V02.replace("alice", "al\x1bice"), "v02.log.x", {}, "client not printable", id="escape"
        ),
        pytest.param(
            V02.replace("alice", "a" * 256), "v02.log.x", {}, "client too long", id="long-client"
        ),
        pytest.param(V02, "v02.log.x", {"source": "a\nb"}, "source not printable", id="newline"),
        pytest.param(V02, "v02.log.x", {"source": "é" * 128}, "source too long", id="long-source"),
        pytest.param(V02, "v02.log.x", {"source": b"weather"}, "no source", id="bytes-source"),
        pytest.param(V02_POST, "v02.post.x", {"report": 7}, "bad report", id="number"),
        pytest.param(V02_POST, "v02.post.x", {"report": "201"}, "bad report", id="one-word"),
        pytest.param(V02_POST, "v02.post.x", {"report": "{"}, "bad report", id="cut"),
        pytest.param(V02_POST, "v02.post.x", {"report": {}}, "no code", id="empty-report"),
        pytest.param(V02_POST, "v02.post.x", {"report": REPORT}, "no client", id="nobody"),
        pytest.param(
            "", "v02.post.x", {"report": {"code": 201}, "source": "s"}, "no timestamp", id="no-body"
        ),
        pytest.param(V01.replace("://", ""), "v01.log.s.c", {}, "not a report", id="v01-no-url"),
        pytest.param("a://b 1 2 3 4 5 6 7 8", "v01.log.s.c", {}, "not a report", id="v01-url"),
        pytest.param("a b c d e f g://h 201 i", "v01.log.s.c", {}, "not a report", id="v01-short"),
        pytest.param("{", "v03.report", {}, "not JSON", id="cut-json"),
        pytest.param(b'{"a": NaN}', "", {}, "not JSON", id="nan"),
        pytest.param(b'{"a": ' + b"[" * 60_000, "", {}, "not JSON", id="deep"),
        pytest.param(b'{"a": "\\ud800"}', "", {}, "not JSON", id="surrogate"),
        pytest.param([1, 2], "", {}, "not a JSON object", id="list"),
        pytest.param(b"{" + b" " * BODY_BYTES, "", {}, "too large", id="huge"),
        pytest.param(b"x" * (BODY_BYTES + 1), "v02.report.x", {}, "too large", id="huge-report"),
        pytest.param({}, "", {}, "no client", id="nothing-in-it"),
        pytest.param({"kind": "transfer", "name": "x"}, "", {}, "no client", id="no-client"),
        pytest.param(POST | {"report": 201}, "v03.x", {}, "bad report", id="v03-number"),
        pytest.param(POST | {"report": []}, "v03.x", {}, "bad report", id="v03-list"),
        pytest.param(POST | {"report": {}}, "v03.x", {}, "no code", id="v03-no-code"),
        pytest.param(POST | {"report": {"code": 42}}, "v03.x", {}, "bad code", id="v03-code"),
        pytest.param(
            POST | {"report": REPORT | {"timeCompleted": "soon"}},
            "v03.x",
            {},
            "bad timestamp",
            id="v03-time",
        ),
        pytest.param(
            {"source": "s", "report": {"code": 201}}, "v03.x", {}, "no timestamp", id="v03-no-time"
        ),
        pytest.param(
            POST | {"source": None, "report": REPORT}, "v03.x", {}, "no client", id="v03-nobody"
        ),
        pytest.param(
            POST | {"report": REPORT | {"user": 7}}, "v03.x", {}, "no client", id="v03-user"
        ),
        pytest.param(OWN | {"client": ""}, "", {}, "no client", id="empty-client"),
        pytest.param(OWN | {"client": "a\u202eb"}, "", {}, "client not printable", id="rtl"),
        pytest.param(OWN | {"source": 7}, "", {}, "no source", id="number-for-a-source"),
        pytest.param(OWN | {"code": "fine"}, "", {}, "no code", id="word-for-a-code"),
        pytest.param(OWN | {"timestamp": None}, "", {}, "no timestamp", id="no-time"),
        pytest.param(OWN | {"timestamp": "soon"}, "", {}, "bad timestamp", id="word-for-a-time"),
        pytest.param(OWN | {"timestamp": 1e18}, "", {}, "bad timestamp", id="beyond-9999"),
        pytest.param(OWN | {"state": "paused"}, "", {}, "unknown state", id="unknown-state"),
        pytest.param(OWN | {"state": None}, "", {}, "unknown state", id="null-for-a-state"),
        pytest.param(OWN | {"state": ["x"]}, "", {}, "unknown state", id="list-for-a-state"),
    ],
)
def test_what_is_refused(body: object, key: str, headers: dict[str, object], reason: str) -> None:
    """What is no report is refused with a reason that can be counted, and a detail."""
    found = parse(encoded(body), key, headers=headers)

    assert isinstance(found, Rejected), found
    assert found.reason == reason
    assert found.detail


def test_no_part_of_a_message_gets_into_a_reason() -> None:
    """Reasons are counted, so a hostile message must not be able to invent them."""
    found = parse(encoded(OWN | {"state": "evil" * 100}))

    assert isinstance(found, Rejected)
    assert "evil" not in found.reason
    assert "evil" in found.detail
    assert len(found.detail) < 200
