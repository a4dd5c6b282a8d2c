"""Which of the reports that look alike are one, where copies count once; against a real store."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pytest

from blinkenlights.collector.batch import Message, read
from blinkenlights.config import Config
from blinkenlights.kinds.signal import Arrival
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.log_settings import LogConfig
from blinkenlights.kinds.transfer.signal import TRANSFERS
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from kinds.transfer.counted import CountedTransfers
from servers.valkey import Valkey

if TYPE_CHECKING:
    from msgspec import Struct

NOW = 1_795_219_632.0
POST = b"20261121000710.25 http://pump.example.com/ bulletins/UANT01"
V02 = POST + b" 201 node1 alice 0.5"
REPORT: dict[str, object] = {
    "code": 201,
    "timeCompleted": "20261121T000711.5",
    "message": "Downloaded",
    "rate": 62.0,
}


class Headers(NamedTuple):
    """Properties of a message."""

    headers: Mapping[str, object]


class Delivered(NamedTuple):
    """How a message came."""

    routing_key: str
    redelivered: bool = False
    exchange: str = "log"


def message(
    body: bytes = V02,
    headers: Mapping[str, object] | None = None,
    key: str = "v02.report.bulletins",
    *,
    again: bool = False,
) -> Message:
    return body, Delivered(key, again), Headers(headers or {})


def by_sr3(client: str, **report: object) -> dict[str, object]:
    """Return the headers of a report of sr3 on a post in the form v02."""
    return {"source": client, "parts": "1,124,1,0,0", "report": REPORT | report}


class Collecting:
    """Collectors of one store; each takes what a broker delivers."""

    def __init__(self, url: str, copies: str) -> None:
        self.now = NOW
        self._url = url
        tables: tuple[Struct, ...] = (LogConfig(copies=copies),)
        self._decode = TRANSFERS.decoder(Config(of_kinds=tables))
        self._number = 0

    def take(
        self,
        *messages: Message,
        session: str = "one",
        live: bool = False,
        on_a_socket: bool = False,
    ) -> None:
        """Store what came together."""
        self._number += 1
        arrival = Arrival("source", self.now, live, session, self._number)
        batch = read(messages, self._decode, arrival, is_now=on_a_socket).batch

        async def store() -> None:
            writer = StoreWriter(StoreClient(self._url))
            try:
                await writer.store(batch)
            finally:
                await writer.close()

        asyncio.run(store())


@pytest.fixture
def once(valkey: Valkey) -> Collecting:
    """Give collectors that count copies once."""
    return Collecting(valkey.url, "once")


@pytest.fixture
def counted(valkey: Valkey) -> CountedTransfers:
    """Give what was counted."""
    return CountedTransfers(valkey.client(decode_responses=False))


@pytest.mark.parametrize("copies", ["all", "once"])
def test_copies_that_come_together_and_to_two_collectors(
    valkey: Valkey, counted: CountedTransfers, copies: str
) -> None:
    """In one batch, in two, and by a collector that was started since: it is one report."""
    collecting = Collecting(valkey.url, copies)

    collecting.take(message(), message())
    collecting.take(message(), session="of another collector")
    collecting.now += 599
    collecting.take(message(), session="of one that was started again")

    assert counted.number == (1 if copies == "once" else 4)


def test_a_copy_that_comes_too_late_counts_again(
    once: Collecting, counted: CountedTransfers
) -> None:
    """What was counted is not remembered for ever."""
    once.take(message())
    once.now += 1201
    once.take(message())

    assert counted.number == 2


def test_what_brokers_and_shovels_note_makes_no_other_report(
    once: Collecting, counted: CountedTransfers
) -> None:
    """A shovel may say which way it was, a quorum queue how often; and both sort the headers."""
    headers = by_sr3("alice")
    noted = {"x-delivery-count": 2, "x-shovelled": [{"shovelled-by": "centre"}]}
    report = dict(sorted(REPORT.items(), reverse=True))

    once.take(message(POST, headers, "v02.post.bulletins"))
    once.take(message(POST, {**noted, **headers, "report": report}, "v02.post.bulletins"))

    assert counted.number == 1


@pytest.mark.parametrize("again", [False, True], ids=["copied", "given-again"])
def test_reports_of_two_clients_on_one_post_are_two(
    once: Collecting, counted: CountedTransfers, again: bool
) -> None:
    """sr3 sends the post back as it was, and says in the headers what became of it."""
    key = "v02.post.bulletins"
    once.take(message(POST, by_sr3("alice"), key))
    once.take(message(POST, by_sr3("bob"), key, again=again))
    once.take(message(POST, by_sr3("alice", timeCompleted="20261121T000712.5"), key, again=again))
    once.take(message(POST, by_sr3("alice", code=499), key, again=again))
    once.take(message(POST, by_sr3("bob"), key, again=again))

    assert {name: sum(sums[:2]) for name, sums in counted.by("client").items()} == {
        "alice": 3,
        "bob": 1,
    }


def test_a_message_given_again_is_told_by_its_headers_too(
    valkey: Valkey, counted: CountedTransfers
) -> None:
    """Also where copies are not looked for: another client's report on the post is another one."""
    key = "v02.post.bulletins"
    collecting = Collecting(valkey.url, "all")
    collecting.take(message(POST, by_sr3("alice"), key))

    collecting.take(
        message(POST, by_sr3("bob"), key, again=True),
        message(POST, by_sr3("alice"), key, again=True),
    )

    assert {name: sums.good for name, sums in counted.by("client").items()} == {
        "alice": 1,
        "bob": 1,
    }


def test_lines_without_a_time_are_as_many_as_come(
    once: Collecting, counted: CountedTransfers
) -> None:
    """No shovel brings a line to a socket: equal ones are transfers of the same sort."""
    line = json.dumps({"client": "alice", "code": 201}).encode()

    once.take(message(line, key=""), message(line, key=""), on_a_socket=True)
    once.take(message(line, key=""), on_a_socket=True)

    assert counted.number == 3


@pytest.mark.parametrize(
    ("live", "again", "is_life"),
    [(True, False, True), (True, True, False), (False, False, False)],
    ids=["just-sent", "given-again", "waited"],
)
def test_what_shows_that_a_client_moves(
    once: Collecting, counted: CountedTransfers, live: bool, again: bool, is_life: bool
) -> None:
    """As without copies: only what was just sent says so, whatever time it carries."""
    once.take(message(again=again), live=live)

    received = counted.client.zscore(keys.RECEIVED + "client", "alice")
    assert received == (NOW if is_life else None)


def test_what_is_remembered_is_remembered_once(once: Collecting, counted: CountedTransfers) -> None:
    """Twice would be for what a broker gave again."""
    once.take(message(), message(V02 + b"1"))
    once.take(message(V02 + b"2", again=True))

    def remembered(prefix: str) -> int:
        return sum(counted.client.hlen(key) for key in counted.client.keys(prefix + "*"))

    assert remembered(keys.IDS) == 3
    assert remembered(keys.AGAIN) == 1
