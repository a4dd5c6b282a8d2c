"""A transfer that has begun is known by node and id, until it is reported as over."""

import json

import pytest

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Started, Transfer

BEGUN: dict[str, object] = {
    "kind": "transfer",
    "state": "started",
    "node": "pumps:node1",
    "client": "alice",
    "source": "weather",
    "name": "bulletins/CWAO/14/UANT01",
    "timestamp": 1795219632.5,
}
OVER: dict[str, object] = BEGUN | {"state": "finished", "code": 201}


def read(message: dict[str, object]) -> Started | Transfer:
    found = parse(json.dumps(message).encode())
    assert isinstance(found, Started | Transfer), found
    return found


def test_a_beginning() -> None:
    """It says who fetches what and where; the name stands for an id."""
    assert read(BEGUN) == Started(
        event=1795219632.5,
        source="weather",
        client="alice",
        node="pumps:node1",
        id="bulletins/CWAO/14/UANT01",
        name="bulletins/CWAO/14/UANT01",
    )


@pytest.mark.parametrize("more", [{}, {"id": "17"}])
def test_a_beginning_and_its_end(more: dict[str, object]) -> None:
    """Both have the same node and id, whether the sender gives an id or not."""
    begun, over = read(BEGUN | more), read(OVER | more)

    assert isinstance(over, Transfer)
    assert (begun.node, begun.id) == (over.node, over.id)


@pytest.mark.parametrize("letter", ["x", "\xe9", "\x07", "\N{GRINNING FACE}"])
@pytest.mark.parametrize("length", [64, 256, 600, 5000])
def test_a_path_of_any_length_stands_for_an_id(letter: str, length: int) -> None:
    """The same at the beginning, at the end, and in a report of v2; another where it differs."""
    path = letter * length
    begun, over = read(BEGUN | {"name": path}), read(OVER | {"name": path})
    post = {"pubTime": "20261121000710.25", "source": "weather", "relPath": path}
    by_v2 = {"resultCode": 201, "host": BEGUN["node"], "user": "alice", "elapsedTime": 0.5}
    of_v2 = parse(json.dumps(post | {"report": by_v2}).encode(), "v03.report.x")

    assert isinstance(over, Transfer)
    assert isinstance(of_v2, Transfer)
    assert begun.id == over.id == of_v2.id
    assert 0 < len(begun.id.encode()) <= 255
    assert begun.id.isprintable()
    assert begun.id != read(BEGUN | {"name": path + "y"}).id
    assert over.name == begun.name


def test_an_id_that_is_no_id() -> None:
    """One that is too long is none, and the name stands for it."""
    assert read(BEGUN | {"id": "y" * 256}).id == BEGUN["name"]


def test_an_id_tells_transfers_of_one_file_apart() -> None:
    """The sender's id comes before the name."""
    assert read(BEGUN | {"id": "17"}).id == "17"


def test_a_beginning_on_a_socket_is_of_now() -> None:
    """Where nothing can have waited, a line without a time was sent when it came."""
    found = parse(json.dumps(BEGUN | {"timestamp": None}).encode(), receipt=7.0)

    assert isinstance(found, Started)
    assert found.event == 7.0


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        pytest.param({"node": None}, "no node", id="no-node"),
        pytest.param({"node": "a\nb"}, "node not printable", id="odd-node"),
        pytest.param({"name": ""}, "no id", id="neither-name-nor-id"),
        pytest.param({"name": "", "id": "y" * 256}, "no id", id="id-too-long"),
        pytest.param({"client": None}, "no client", id="no-client"),
        pytest.param({"timestamp": None}, "no timestamp", id="no-time"),
    ],
)
def test_a_beginning_that_could_never_end(keys: dict[str, object], reason: str) -> None:
    """Without node and id no end could be matched, and it would be in flight for ever."""
    found = parse(json.dumps(BEGUN | keys).encode())

    assert isinstance(found, Rejected)
    assert found.reason == reason


@pytest.mark.parametrize("keys", [{"node": 7}, {"id": 7}, {"node": None, "name": "x" * 256}])
def test_an_end_counts_whatever_it_ends(keys: dict[str, object]) -> None:
    """A transfer whose beginning cannot be told is a transfer all the same."""
    assert isinstance(read(OVER | keys), Transfer)


@pytest.mark.parametrize("code", [206, 307])
def test_a_part_ends_nothing(code: int) -> None:
    """While other parts of a file are to come, it is in flight."""
    body = b"20261121000710.25 http://h/ x %d node1 alice 0.5" % code
    part = parse(body, "v02.report.x", headers={"source": "weather"})

    assert read(OVER | {"code": code}).id == ""
    assert isinstance(part, Transfer)
    assert part.id == ""


def test_a_report_of_sarracenia_ends_what_a_script_began() -> None:
    """Sarracenia announces no beginning; its v2 reports end what has their host and path."""
    begun = read(BEGUN | {"node": "node1.example.com"})
    body = b"20261121000710.25 http://h/ bulletins/CWAO/14/UANT01 201 node1.example.com alice 0.5"
    over = parse(body, "v02.report.bulletins", headers={"source": "weather"})

    assert isinstance(over, Transfer)
    assert (over.node, over.id) == (begun.node, begun.id)


def test_a_report_without_a_node_ends_nothing() -> None:
    """One of ours may leave it out, and one of sr3 cannot have it."""
    body = b'{"source": "s", "relPath": "x", "pubTime": "20261121000710", "report": {"code": 201}}'
    over = parse(body, "v03.x")
    ours = read(OVER | {"node": None})

    assert isinstance(over, Transfer)
    assert (over.node, over.id) == ("", "")
    assert isinstance(ours, Transfer)
    assert (ours.node, ours.id) == ("", "")
