"""JSON lines over sockets as a source."""

import json
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector.fairness import CONNECTIONS
from blinkenlights.collector.line_kinds import line_decoder
from blinkenlights.config import LinesConfig
from blinkenlights.kinds.fact import Rejected
from collector.running import RunningCollector, SettableClock, Stored, config, line
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]


@pytest.fixture
def listening(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    tmp_path: Path,
    free_port: Callable[[], int],
) -> str:
    """Give the address of a collector that listens on the kind of socket that a test names."""
    scheme = getattr(request, "param", "unix")
    url = f"unix://{tmp_path}/s" if scheme == "unix" else f"{scheme}://127.0.0.1:{free_port()}"
    collect(config(valkey.url, lines=[LinesConfig(listen=url)]))
    stored.wait_until_caught_up()
    return url


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """Give a socket that is connected to an address."""
    scheme, _, place = url.partition("://")
    if scheme == "unix":
        family, kind, address = socket.AF_UNIX, socket.SOCK_STREAM, place
    else:
        host, port = place.split(":")
        family, address = socket.AF_INET, (host, int(port))  # type: ignore[assignment]
        kind = socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM
    with socket.socket(family, kind) as connection:
        connection.settimeout(10)
        connection.connect(address)
        yield connection


every_kind = pytest.mark.parametrize("listening", ["unix", "tcp", "udp"], indirect=True)
streams = pytest.mark.parametrize("listening", ["unix", "tcp"], indirect=True)


@every_kind
def test_lines_arrive_in_the_store(listening: str, stored: Stored) -> None:
    """Several lines may come at once, with blank ones between."""
    with connected(listening) as connection:
        connection.sendall(line("one") + b"\n  \n" + line("two", queue_length=7))

        stored.wait_for("one", "two")

    source = stored.source()
    assert source is not None
    assert source["kind"] == ""
    assert source["transport"] == "lines"
    assert source["address"] == f"{listening} on test"
    assert stored.facts("two").source == source["source"]
    assert stored.count("stored:heartbeat") == 2


@streams
def test_a_line_may_come_in_pieces(listening: str, stored: Stored) -> None:
    """Where the sender's packets end says nothing; the last line needs no end."""
    whole = line("one") + line("two").rstrip()
    with connected(listening) as connection:
        for byte in whole[:-40]:
            connection.sendall(bytes([byte]))
        connection.sendall(whole[-40:])

    stored.wait_for("one", "two")


@every_kind
def test_a_line_without_a_time_counts_from_when_it_came(listening: str, stored: Stored) -> None:
    """A shell script with netcat needs no clock of its own."""
    before = wall_clock()
    with connected(listening) as connection:
        connection.sendall(b'{"kind": "heartbeat", "name": "script"}\n')

        stored.wait_for("script")

    assert stored.facts("script").seen == pytest.approx(before, abs=5)


def test_a_line_without_a_kind_is_told_one_that_is_taken_here() -> None:
    """Whatever kinds there are."""
    decode = line_decoder({"lamp": lambda *_: Rejected("dark", "")})

    said = decode(b'{"name": "x"}', "", None, None, "")

    assert isinstance(said, Rejected)
    assert said.detail == 'it names no kind; begin it with {"kind": "lamp", ...'


def test_a_socket_may_have_lines_of_one_kind_that_do_not_say_so(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Clients of others name no kind; a line that names one is of that kind there as well."""
    listen = f"unix://{tmp_path}/metrics"
    collect(config(valkey.url, lines=[LinesConfig(listen=listen, kind="metric")]))
    stored.wait_until_caught_up()
    event = {"name": "cpu", "value": 7, "host": "web1", "time": int(wall_clock() * 1000)}

    with connected(listen) as connection:
        connection.sendall(json.dumps(event).encode() + b"\n" + line("beats"))

    stored.wait_for("beats")
    wait_until(lambda: stored.count("stored:metric") == 1, "the metric")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param(b'{"name": "x"}', "no kind", id="without-a-kind"),
        pytest.param(b'{"kind": "weather"}', "unknown kind", id="of-another-kind"),
        pytest.param(b'{"kind": 7}', "no kind", id="kind-is-a-number"),
        pytest.param(b"[]", "no kind", id="not-an-object"),
        pytest.param(b"\xff\xfe", "not JSON", id="not-text"),
        pytest.param(b'{"kind": "heartbeat"}', "no name", id="without-a-name"),
    ],
)
def test_what_is_no_heartbeat_is_counted(
    sent: bytes, reason: str, listening: str, stored: Stored
) -> None:
    """The reason is counted, the line is kept as a sample, and the next line is taken."""
    with connected(listening) as connection:
        connection.sendall(sent + b"\n" + line("good"))

        stored.wait_for("good")

    wait_until(lambda: stored.count(f"rejected:{reason}") == 1, "it to be counted")
    (sample,) = stored.samples()
    assert sample["reason"] == reason
    assert sample["source"] == f"{listening} on test"


@streams
def test_a_line_without_end_does_not_fill_the_memory(listening: str, stored: Stored) -> None:
    """It is rejected once, up to where it ends, and the next line is taken."""
    with connected(listening) as connection:
        for _ in range(100):
            connection.sendall(b"x" * 10_000)
        connection.sendall(b"\n" + line("good"))

        stored.wait_for("good")

    assert stored.count("rejected:too large") == 1
    assert len(stored.samples()[0]["body"]) <= 512


def test_a_unix_socket_has_its_mode_and_goes_with_the_collector(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Who may send is a matter of the file's permissions."""
    path = tmp_path / "s"
    running = collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{path}", mode="0622")]))
    stored.wait_until_caught_up()

    mode = stat.S_IMODE(path.stat().st_mode)
    running.stop()

    assert mode == 0o622
    assert not path.exists()


def test_a_socket_that_a_crash_left_is_replaced(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Nobody listens on it any more, so it is in nobody's use."""
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(path))
    collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{path}")]))
    stored.wait_until_caught_up()

    with connected(f"unix://{path}") as connection:
        connection.sendall(line("one"))

        stored.wait_for("one")


@pytest.mark.parametrize("taken", ["socket", "file"])
def test_a_place_that_is_taken_is_said(  # noqa: PLR0917 - fixtures
    taken: str,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The other's socket or file is left alone; once it is free, the collector listens there."""
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        if taken == "socket":
            other.bind(str(path))
            other.listen()
        else:
            path.write_text("mine")
        collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{path}")]))

        def says_so() -> bool:
            source = stored.source()
            return source is not None and f"unix://{path} cannot be opened" in source["error"]

        wait_until(says_so, "the report to say so")
        assert path.exists()
    path.unlink()

    stored.wait_until_caught_up()
    assert caplog.text.count("trying again") == 1


def test_a_whole_fleet_may_connect_at_once(listening: str, stored: Stored) -> None:
    """As cron jobs do on the minute: more than there may be connections wait for their turn."""
    names = {f"component {number}" for number in range(CONNECTIONS + 150)}

    with ExitStack() as fleet:
        connections = [fleet.enter_context(connected(listening)) for _ in names]
        for name, connection in zip(names, connections, strict=True):
            connection.sendall(line(name))
            connection.shutdown(socket.SHUT_WR)
        wait_until(lambda: stored.components() == names, "all to be stored", 20)


def test_more_connections_than_there_may_be_close_the_most_silent(
    listening: str, stored: Stored
) -> None:
    """A sender that leaks connections locks nobody out."""
    with ExitStack() as leaked:
        talker = leaked.enter_context(connected(listening))
        first = leaked.enter_context(connected(listening))
        for _ in range(CONNECTIONS):
            leaked.enter_context(connected(listening))
            talker.sendall(line("talker"))
        stored.wait_for("talker")

        with connected(listening) as newcomer:
            newcomer.sendall(line("newcomer"))
            stored.wait_for("newcomer")

        talker.sendall(line("talker still there"))
        stored.wait_for("talker still there")
        assert first.recv(1) == b""


@pytest.mark.parametrize("listening", ["tcp", "unix"], indirect=True)
def test_many_connections_that_dribble_lock_nobody_out(listening: str, stored: Stored) -> None:
    """Only whole lines count; one machine or process has its share when there is no room."""
    with ExitStack() as hostile:
        dribbling = [
            hostile.enter_context(connected(listening)) for _ in range(2 * CONNECTIONS + 90)
        ]

        def is_heard() -> bool:
            for each in dribbling:
                with suppress(OSError):
                    each.send(b" ")
            return "newcomer" in stored.components()

        with connected(listening) as newcomer:
            newcomer.sendall(line("newcomer"))

            wait_until(is_heard, "the newcomer to be heard", 8)


def test_senders_wait_while_the_store_is_away(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Nothing is read that cannot be kept; when the store is back everything arrives."""
    url = f"unix://{tmp_path}/s"
    collect(config(valkey.url, lines=[LinesConfig(listen=url)], prefetch=100))
    stored.wait_until_caught_up()
    names = [f"component {number}" for number in range(20_000)]
    rest = memoryview(b"".join(map(line, names)))
    valkey.process.pause()
    try:
        with connected(url) as connection:
            connection.settimeout(1)
            sent = 0
            with suppress(TimeoutError):
                while sent < len(rest):
                    sent += connection.send(rest[sent:])

            valkey.process.resume()
            connection.settimeout(30)
            connection.sendall(rest[sent:])
    finally:
        valkey.process.resume()

    assert sent < len(rest) // 2
    wait_until(lambda: stored.components() == set(names), "all to be stored", 20)


def test_datagrams_that_are_lost_are_counted(
    valkey: Valkey, stored: Stored, collect: Collect, free_port: Callable[[], int]
) -> None:
    """Their senders cannot be made to wait, so the report says how many are lost, and when."""
    url = f"udp://127.0.0.1:{free_port()}"
    clock = SettableClock()
    lines = LinesConfig(listen=url, receive_buffer=4096)
    running = collect(config(valkey.url, lines=[lines], prefetch=20), clock)
    stored.wait_until_caught_up()
    valkey.process.pause()
    try:
        with connected(url) as connection:

            def is_full() -> bool:
                connection.sendall(line("component"))
                return running.collector._tally.dropped > 0

            wait_until(is_full, "the collector to be full")
        clock.ahead = 100.0
    finally:
        valkey.process.resume()

    stored.wait_until_caught_up(clock())
    report = stored.report()
    assert report is not None
    assert report["dropped"] > 0
    (gap,) = stored.gaps()
    assert "datagrams were lost" in gap["reason"]
    assert gap["end"] - gap["start"] == pytest.approx(100, abs=10)


def test_a_socket_that_was_closed_for_a_moment_may_have_missed_beats(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """However short it was: nobody keeps for us what was sent meanwhile."""
    settings = config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")])
    running = collect(settings)
    stored.wait_until_caught_up()
    running.stop()

    collect(settings)

    stored.wait_until_caught_up()
    (gap,) = stored.gaps()
    assert gap["end"] - gap["start"] < 5


def test_a_socket_is_not_heard_while_the_collector_is_down(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """What was sent then is lost, so silence in that time is not held against anybody."""
    settings = config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")])
    clock = SettableClock()
    running = collect(settings, clock)
    stored.wait_until_caught_up()
    running.stop()
    stopped = clock()
    clock.ahead = 100.0

    collect(settings, clock)

    stored.wait_until_caught_up(clock())
    (gap,) = stored.gaps()
    assert gap["start"] == pytest.approx(stopped, abs=2)
    assert gap["end"] == pytest.approx(stopped + 100, abs=5)
    assert gap["reason"] == "the collector was not running"
