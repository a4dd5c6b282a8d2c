"""Connections and streams are shared out: nobody keeps everybody else out."""

import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from blinkenlights.web import listener, stream
from blinkenlights.web.places import Places
from servers.waiting import wait_until
from web.conftest import Serve
from web.reading import streaming
from web.serving import Serving

OTHER = "127.0.0.2"
HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"


def taken(places: Places, share: str, ended: list[str]) -> bool:
    return places.take(share, lambda: ended.append(share)) is not None


def test_while_there_is_room_one_may_have_it_all() -> None:
    """Nobody is bounded for others who are not there."""
    ended: list[str] = []
    places = Places(4)

    assert [taken(places, "a", ended) for _ in range(5)] == [True] * 4 + [False]
    assert ended == []


def test_who_holds_most_gives_up_for_others_until_all_have_the_same() -> None:
    """Four places for two are two each, whoever was first."""
    ended: list[str] = []
    places = Places(4)
    for _ in range(4):
        taken(places, "a", ended)

    had = [taken(places, "b", ended) for _ in range(3)]

    assert had == [True, True, False]
    assert ended == ["a", "a"]
    assert taken(places, "a", ended) is False
    assert places.open == 4


def test_an_idle_place_is_given_up_first() -> None:
    """Of one asker it is the one that costs the least, and else the oldest."""
    ended: list[str] = []
    places = Places(3)
    for name in ("old", "idle", "new"):
        places.take("a", partial(ended.append, name), is_idle=name == "idle")

    for name in ("b", "c"):
        places.take(name, lambda: None)

    assert ended == ["idle", "old"]


def test_a_place_that_was_left_is_free() -> None:
    """Leaving twice, or after it was taken away, frees nothing else."""
    places = Places(1)
    place = places.take("a", lambda: None)
    assert place is not None

    places.leave(place)
    places.leave(place)

    assert places.take("b", lambda: None) is not None
    assert places.open == 1


@pytest.fixture
def crowd(web: Serving) -> Iterator[Callable[[int, bytes], None]]:
    """Give a function that opens connections from one address, and sends what it is given."""
    with ExitStack() as connections:

        def connect(number: int, begun: bytes) -> None:
            for _ in range(number):
                each = connections.enter_context(socket.create_connection((web.host, web.port), 20))
                each.sendall(begun)

        yield connect


@pytest.mark.parametrize("begun", [b"", HEAD], ids=["nothing", "half a head"])
def test_one_address_keeps_nobody_else_out(
    web: Serving, crowd: Callable[[int, bytes], None], begun: bytes
) -> None:
    """As many connections as there may be, all from one address: another one is answered."""
    assert web.server is not None
    places = web.server.listener.places
    places.most = 20
    crowd(20, begun)
    wait_until(lambda: places.open == 20, "all to be there")

    with socket.create_connection((web.host, web.port), 20, source_address=(OTHER, 0)) as other:
        other.sendall(HEAD + b"\r\n")
        answer = other.recv(4096)

    assert answer.startswith(b"HTTP/1.1 ")
    assert places.open <= 20


def test_there_are_fewer_connections_than_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what may be open, so that the store can be reached, and 1,024 at most."""
    limits = {"soft": 0}
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limits["soft"], -1))
    found = []
    for limits["soft"] in (64, 1024, 65536, resource.RLIM_INFINITY):
        found.append(listener.most_connections())

    assert found == [32, 512, 1024, 1024]


def test_streams_are_shared_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reader with all of them gives one up for another, who has none."""
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.05)
    web = serve(streams=3)
    other = web.token("other")
    assert web.server is not None
    with ExitStack() as streams:
        greedy = [streams.enter_context(streaming(web, "/stream")) for _ in range(3)]
        assert all(each.response.status == 200 for each in greedy)

        theirs = streams.enter_context(streaming(web, "/stream", other))

        assert theirs.response.status == 200
        assert theirs.fragment()
        assert greedy[0].response.read()  # to its end
        assert web.get("/stream").status == 503
        assert web.server._site.streams.open == 3


def test_a_network_of_ipv6_is_one_asker(serve: Serve) -> None:
    """Who has one address there has all of its 64 bits; IPv4 in IPv6 is IPv4."""
    web = serve(rate=1, proxies=["127.0.0.0/8"])

    def statuses(*addresses: str) -> list[int]:
        return [web.get("/api/v1/status", X_Forwarded_For=each).status for each in addresses]

    assert 429 in statuses(*(f"2001:db8::{n}" for n in range(8)))
    assert statuses("2001:db8:0:1::1") == [200]
    assert 429 in statuses(*["::ffff:9.9.9.9", "9.9.9.9"] * 4)
