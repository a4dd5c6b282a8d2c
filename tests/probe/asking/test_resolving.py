"""Names: unknown, slow, with several addresses, and many at once."""

import asyncio
import socket
import threading

import pytest

from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.asking.resolving import LOOKUPS, Address, Resolver, look_up
from blinkenlights.probe.endpoint import Request
from probe.asking.probing import NOW, ask, knows
from servers.endpoints import answers, in_json, is_silent, serving
from servers.waiting import wait_until

OK = answers(in_json({"status": "ok"}))


@pytest.mark.parametrize("scheme", ["http", "https", "tcp", "tls"])
def test_a_name_that_nobody_knows_is_told(scheme: str) -> None:
    """With what the resolver says."""
    seen = asyncio.run(ask(f"{scheme}://www.example.net:80", knows({})))

    assert seen.trouble == "dns"
    assert seen.sentence == ("the name www.example.net was not resolved: Name or service not known")
    assert seen.phases.dns is None


@pytest.mark.parametrize("name", ["a" * 64 + ".example.net", "www..example.net"])
def test_what_can_be_no_name_is_told(name: str) -> None:
    """Python refuses it before any resolver is asked."""
    seen = asyncio.run(ask(f"tcp://{name}:80"))

    assert seen.trouble == "dns"
    assert seen.sentence == f"'{name}' cannot be the name of a host"


def test_a_resolver_that_hangs_delays_nobody_else() -> None:
    """A hundred endpoints of one lame domain hold one thread; others are probed in the meantime."""
    release, calls = threading.Event(), []

    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[Address]:
        calls.append(host)
        if host == "lame.example.net":
            release.wait(60)
        return look_up("127.0.0.1", port, family)

    async def probe() -> None:
        async with serving(OK) as port, Asker(lookup) as asker:

            def of(host: str, timeout: float) -> Request:
                url = f"http://{host}:{port}/"
                return Request("http", url, url, timeout=timeout)

            lame = [
                asyncio.create_task(asker.ask(of("lame.example.net", 1.0), lambda: NOW))
                for _ in range(100)
            ]
            await asyncio.sleep(0)
            good = await asker.ask(of("good.example.net", 30.0), lambda: NOW)
            assert (good.sentence, good.status) == ("", 200)
            assert not any(task.done() for task in lame)
            for seen in await asyncio.gather(*lame):
                assert seen.trouble == "timeout"
                assert seen.sentence == (
                    "no answer within 1s: the name lame.example.net was not resolved"
                )
        assert sorted(calls) == ["good.example.net", "lame.example.net"]

    try:
        asyncio.run(probe())
    finally:
        release.set()


def test_lookups_at_once_are_bounded() -> None:
    """The others wait for their turn."""
    release, running = threading.Event(), []

    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[Address]:
        running.append(host)
        release.wait(60)
        return look_up("127.0.0.1", port, family)

    async def many() -> None:
        resolver = Resolver(lookup)
        waiting = [
            asyncio.create_task(resolver.addresses(f"{number}.example.net", 80, socket.AF_INET))
            for number in range(LOOKUPS + 10)
        ]
        await asyncio.to_thread(wait_until, lambda: len(running) >= LOOKUPS, "the lookups")
        assert len(running) == LOOKUPS
        release.set()
        assert len(await asyncio.gather(*waiting)) == LOOKUPS + 10

    try:
        asyncio.run(many())
    finally:
        release.set()


def test_a_name_is_looked_up_for_each_probe() -> None:
    """What changes is seen at once, and its time is measured each time."""
    calls = []

    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[Address]:
        calls.append(host)
        return look_up("127.0.0.1", port, family)

    async def twice() -> None:
        async with serving(is_silent) as port, Asker(lookup) as asker:
            url = f"tcp://www.example.net:{port}"
            for _ in range(2):
                assert not (await asker.ask(Request("tcp", url, url), lambda: NOW)).trouble

    asyncio.run(twice())

    assert len(calls) == 2


def test_the_next_address_is_tried() -> None:
    """One that refuses is no failure while another answers."""

    async def probe() -> None:
        async with serving(OK, host="127.0.0.2") as port:

            def lookup(*_: object) -> list[Address]:
                return [(socket.AF_INET, (host, port)) for host in ("127.0.0.1", "127.0.0.2")]

            seen = await ask(f"http://www.example.net:{port}/", lookup)
        assert (seen.sentence, seen.address) == ("", f"127.0.0.2:{port}")

    asyncio.run(probe())


def test_a_black_hole_does_not_hide_the_next_address() -> None:
    """It gets its share of the time only."""

    async def probe() -> None:
        async with serving(OK, host="127.0.0.2") as port:
            with socket.create_server(("127.0.0.1", port), backlog=0) as full:
                assert full
                with socket.socket() as first, socket.socket() as second:
                    for waiting in (first, second):
                        waiting.setblocking(False)
                        waiting.connect_ex(("127.0.0.1", port))

                    def lookup(*_: object) -> list[Address]:
                        return [
                            (socket.AF_INET, (host, port)) for host in ("127.0.0.1", "127.0.0.2")
                        ]

                    seen = await ask(f"http://www.example.net:{port}/", lookup, timeout=2.0)
        assert (seen.sentence, seen.address) == ("", f"127.0.0.2:{port}")
        assert seen.phases.connect == pytest.approx(1.0, abs=0.5)

    asyncio.run(probe())


def test_when_no_address_takes_the_connection_the_last_is_told() -> None:
    """And that it was not the only one."""

    async def probe() -> None:
        async with serving(is_silent) as port:
            pass

        def lookup(*_: object) -> list[Address]:
            return [(socket.AF_INET, (host, port)) for host in ("127.0.0.1", "127.0.0.2")]

        seen = await ask(f"tcp://www.example.net:{port}", lookup)
        assert seen.trouble == "refused"
        assert seen.sentence == (
            f"127.0.0.2:{port} refused the connection (the last of 2 addresses)"
        )

    asyncio.run(probe())


@pytest.mark.parametrize(
    ("family", "wanted"), [("ipv4", socket.AF_INET), ("ipv6", socket.AF_INET6)]
)
def test_only_the_wanted_family_is_looked_up(family: str, wanted: socket.AddressFamily) -> None:
    """As the endpoint's file has it."""
    asked = []

    def lookup(_: str, __: int, family: socket.AddressFamily) -> list[Address]:
        asked.append(family)
        return []

    seen = asyncio.run(ask("tcp://www.example.net:80", lookup, family=family))

    assert asked == [wanted]
    assert seen.sentence == "the name www.example.net has no address"
