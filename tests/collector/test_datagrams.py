"""Datagrams come at once and in thousands: each is stored, refused or counted as dropped."""

import socket
from collections.abc import Callable, Iterator

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import LinesConfig
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from collector.running import RunningCollector, Stored, config, line
from faults.chain import CRITICAL, Said
from faults.fleet import Watch
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

BURST = 3000
SMALL = 65_536
"""Bytes of a buffer that holds only a few of them."""
HOSTS = {"udp4": ("127.0.0.1", socket.AF_INET), "udp6": ("::1", socket.AF_INET6)}


class Sender:
    """Sends datagrams to a collector, of which the kernel tells nobody when it drops them."""

    def __init__(self, family: socket.AddressFamily, place: tuple[str, int]) -> None:
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.connect(place)
        self.sent = 0

    def send(self, *datagrams: bytes) -> None:
        """Send them as fast as that goes."""
        for each in datagrams:
            self._socket.sendall(each)
        self.sent += len(datagrams)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def settled(stored: Stored) -> dict[str, int]:
    """Return what became of all datagrams, as the newest report and the counters have it."""
    report = stored.report()
    assert report is not None
    return {
        "stored": stored.count("stored:heartbeat"),
        "refused": stored.count("rejected:not JSON"),
        "dropped": report["dropped"],
    }


@pytest.fixture
def listening_for_datagrams(
    request: pytest.FixtureRequest, valkey: Valkey, free_port: Callable[[], int]
) -> Iterator[tuple[LinesConfig, Sender]]:
    """Give a socket's configuration, and somebody who sends to it."""
    way, buffer = request.param
    host, family = HOSTS[way]
    port = free_port()
    shown = f"[{host}]" if ":" in host else host
    sender = Sender(family, (host, port))
    born = wall_clock() - 86_400
    valkey.client().set(layout.BORN, f"{born:.3f}")
    keys = {} if buffer is None else {"receive_buffer": buffer}
    yield LinesConfig(listen=f"udp://{shown}:{port}", **keys), sender
    sender.close()


@pytest.mark.parametrize(
    "listening_for_datagrams",
    [("udp4", SMALL), ("udp6", SMALL), ("udp4", None), ("udp6", None)],
    indirect=True,
    ids=["IPv4-small", "IPv6-small", "IPv4", "IPv6"],
)
def test_each_datagram_is_stored_refused_or_counted(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    listening_for_datagrams: tuple[LinesConfig, Sender],
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Exactly, over several bursts and the end; the log says once a minute what was dropped."""
    lines, sender = listening_for_datagrams
    running = collect(config(valkey.url, lines=[lines]))
    stored.wait_until_caught_up()
    for burst in range(4):
        sender.send(*[line(f"one of {burst}") for _ in range(BURST)], b"nonsense", b"nonsense")
        if burst < 3:
            wait_until(lambda: sum(settled(stored).values()) == sender.sent, "all to be known")
    running.stop()

    became = settled(stored)

    assert sum(became.values()) == sender.sent
    assert became["stored"] > 0
    gaps = [gap for gap in stored.gaps() if "datagrams were lost" in gap["reason"]]
    was_small = "small" in request.node.name
    if was_small:
        assert became["dropped"] > 0
        assert gaps
        assert "the kernel keeps" not in caplog.text
    assert 0 <= caplog.text.count("the kernel dropped") <= 2
    assert bool(gaps) == (became["dropped"] > 0)


@pytest.mark.parametrize(
    "listening_for_datagrams", [("udp4", SMALL), ("udp4", None)], indirect=True
)
def test_bursts_accuse_nobody_whose_beats_they_drowned(
    listening_for_datagrams: tuple[LinesConfig, Sender],
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
) -> None:
    """Who beats every second, always behind three thousand others, is unheard and not silent."""
    lines, sender = listening_for_datagrams
    collect(config(valkey.url, lines=[lines]))
    stored.wait_until_caught_up()
    sender.send(line("drowned", interval=1))
    stored.wait_for("drowned")
    options = ["--redis", valkey.url, "--name", "drowned"]

    with Watch(lambda: Said(*answer("heartbeat", options, wall_clock))) as watch:
        for number in range(5):
            moment = wall_clock()
            sender.send(*[line("other")] * BURST, line("drowned", interval=1))
            wait_until(lambda: wall_clock() - moment >= 1.0, f"a second after {number}")  # noqa: B023

    assert watch.said
    assert CRITICAL not in watch.codes
    wait_until(lambda: sum(settled(stored).values()) == sender.sent, "all to be known")


@pytest.mark.parametrize(
    "listening_for_datagrams", [("udp4", 4_194_304)], indirect=True, ids=["usual"]
)
def test_datagrams_wait_in_the_kernel_while_the_store_is_away(
    listening_for_datagrams: tuple[LinesConfig, Sender],
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
) -> None:
    """Only what finds its buffer full is lost, and counted."""
    lines, sender = listening_for_datagrams
    collect(config(valkey.url, lines=[lines], prefetch=100))
    stored.wait_until_caught_up()
    valkey.process.pause()
    try:
        sender.send(*[line("patient") for _ in range(250)])
    finally:
        valkey.process.resume()

    wait_until(lambda: stored.count("stored:heartbeat") == 250, "all to be stored", 20)
    assert settled(stored)["dropped"] == 0
