"""More is asked than can be answered: it is dropped, refused or waited for, and others go on."""

import asyncio
import socket
import threading
import time

import pytest

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.web import stream
from blinkenlights.web.problems import TooMany, Unavailable
from blinkenlights.web.turns import Turns
from servers.simulation import Simulation
from servers.waiting import wait_until
from web.conftest import Serve
from web.reading import streaming
from web.serving import Serving

COMPONENTS = 30_000
SEARCHES = 40
HEALTH_SECONDS = 1.0


@pytest.fixture
def crowd(simulation: Simulation) -> Simulation:
    """Give a fleet so large that a search through it takes a moment."""
    simulation.collector()
    simulation.beat("one")
    seen = {f"component-{n}": simulation.now - 1.0 for n in range(COMPONENTS)}
    redis = simulation.client.redis
    simulation.run(simulation.client.ask(redis.zadd(keys.SEEN_BY_INTERVAL + "60", seen)))
    return simulation


def asking(web: Serving, path: str) -> socket.socket:
    connection = socket.create_connection((web.host, web.port), 20)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection


def slowest_health(web: Serving, seconds: float) -> float:
    """Return the longest that /health took, asked again and again for so long."""
    pause = threading.Event()
    slowest, end = 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        assert web.get("/health").status == 200
        slowest = max(slowest, time.monotonic() - began)
        pause.wait(0.05)
    return slowest


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("path", ["/?name=*x{}", "/api/v1/components?name=*x{}&state=silent"])
def test_searches_that_nobody_waits_for_are_dropped(web: Serving, path: str) -> None:
    """Forty readers ask for something else each and go away: everybody else is answered at once."""
    assert web.server is not None
    searches = web.server._site.searches

    for n in range(SEARCHES):
        asking(web, path.format(n)).close()

    assert slowest_health(web, 2.0) < HEALTH_SECONDS
    wait_until(lambda: searches.turns.held == 0, "the searches to be dropped", seconds=2)
    assert web.get("/").status == 200


@pytest.mark.usefixtures("crowd")
def test_searches_of_one_asker_leave_room_for_others(serve: Serve) -> None:
    """Who has four searches at work is told to wait; page, /health and other askers are not."""
    web = serve()
    other = web.token("other")

    waiting = [asking(web, f"/api/v1/status?name=*x{n}") for n in range(SEARCHES)]
    heads = [each.recv(4096).split(b"\r\n\r\n")[0].decode() for each in waiting]
    statuses = [int(head.split()[1]) for head in heads]
    began = time.monotonic()
    answers = [web.get(path, other).status for path in ("/health", "/?name=*y", "/", "/metrics")]

    for each in waiting:
        each.close()
    assert answers == [200] * 4
    assert time.monotonic() - began < 10
    assert set(statuses) == {200, 429}
    assert "Retry-After: 2" in heads[statuses.index(429)]


def test_health_has_a_rate_of_its_own(serve: Serve) -> None:
    """Who asks too much else at the address of a load balancer takes no /health from it."""
    web = serve(rate=1)
    statuses = [web.get("/api/v1/status").status for _ in range(8)]

    answer = web.get("/health")

    assert 429 in statuses
    assert answer.status != 429


@pytest.mark.usefixtures("crowd")
def test_health_is_answered_while_all_searches_wait(web: Serving) -> None:
    """It has a connection of its own to the store."""
    waiting = [asking(web, f"/?name=*x{n}") for n in range(SEARCHES)]

    slowest = slowest_health(web, 2.0)

    for each in waiting:
        each.close()
    assert slowest < HEALTH_SECONDS


@pytest.mark.usefixtures("crowd")
def test_a_shared_search_goes_on_for_those_who_still_wait(web: Serving) -> None:
    """One of two who asked for the same goes away; the other one gets the answer."""
    first = asking(web, "/api/v1/status?name=*x1")
    second = asking(web, "/api/v1/status?name=*x1")

    first.close()

    assert second.recv(4096).startswith(b"HTTP/1.1 200")
    second.close()


def test_a_page_that_is_kept_up_to_date_survives_a_crowd(
    simulation: Simulation, web: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look for which there is no room is left out, and the stream goes on."""
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.01)
    simulation.collector()
    simulation.beat("one")
    assert web.server is not None
    turns = web.server._site.store.turns
    with streaming(web, "/stream") as events:
        assert "one" in events.fragment()
        most, turns._most = turns._most, 0
        wait_until(lambda: web.get("/api/v1/status").status == 503, "a look without room")
        assert web.get("/api/v1/status").headers["Retry-After"] == "2"
        turns._most = most
        simulation.beat("another")

        assert "another" in events.fragment()


def test_turns_go_round_among_those_who_ask() -> None:
    """Who waits for many turns gets the next one after all others had theirs."""

    async def order() -> list[str]:
        turns, had = Turns(most=10, share=5), []

        async def take(asker: str) -> None:
            async with turns.turn(asker):
                had.append(asker)
                await asyncio.sleep(0)

        await asyncio.gather(*(take(asker) for asker in "aaaabbc"))
        assert turns.held == 0
        return had

    assert "".join(asyncio.run(order())) == "aabcaba"


def test_turns_are_bounded_for_one_and_for_all() -> None:
    """One turn too many of one asker is his, one too many of all is nobody's fault."""

    async def refuse() -> None:
        turns = Turns(most=3, share=2)
        async with turns.turn("a"):
            waiting = asyncio.create_task(_take(turns, "a"))
            await asyncio.sleep(0)
            with pytest.raises(TooMany):
                await _take(turns, "a")
            other = asyncio.create_task(_take(turns, "b"))
            await asyncio.sleep(0)
            with pytest.raises(Unavailable) as refusal:
                await _take(turns, "c")
        assert refusal.value.headers == {"Retry-After": "2"}
        await asyncio.gather(waiting, other)
        assert turns.held == 0

    asyncio.run(refuse())


def test_a_turn_of_who_went_away_goes_to_the_next() -> None:
    """Whether it waited or was just given one, nobody is stuck behind it."""

    async def go_away() -> None:
        turns = Turns(most=9, share=9)
        async with turns.turn("a"):
            gone, given, last = (asyncio.create_task(_take(turns, "b")) for _ in range(3))
            await asyncio.sleep(0)
            gone.cancel()
        given.cancel()
        await asyncio.wait_for(last, 5)
        assert turns.held == 0

    asyncio.run(go_away())


async def _take(turns: Turns, asker: str) -> None:
    async with turns.turn(asker):
        await asyncio.sleep(0)
