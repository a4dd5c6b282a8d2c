"""A collector whose clock is set while it runs accuses nobody, and finds the dead all the same."""

import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import Config, LinesConfig
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from collector.running import RunningCollector, SettableClock, Stored, amqp_config, config, line
from faults.chain import CRITICAL, OK, UNKNOWN, Said
from faults.fleet import Fleet, Repeated, Watch
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]
Ask = Callable[..., Said]

EVERY = 0.05
"""Twenty beats a second: some come between a clock that is set and the collector's next look."""


class LineFleet(Repeated):
    """Components that beat over one socket."""

    def __init__(self, listen: str, names: list[str], interval: int, clock: Clock) -> None:
        super().__init__(EVERY)
        self._names, self._interval, self._clock = names, interval, clock
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(listen.removeprefix("unix://"))

    def once(self) -> None:
        """Let all beat."""
        for name in self._names:
            self._socket.sendall(line(name, self._clock(), interval=self._interval))

    def __exit__(self, *failure: object) -> None:
        """Close the socket."""
        super().__exit__(*failure)  # type: ignore[arg-type]
        self._socket.close()


class Site:
    """A collector with one source, its senders, and somebody who asks a check all the while.

    Args:
        sources: What the collector serves.
        store: Its store, which has been there for weeks.
    """

    def __init__(self, sources: Config, store: Valkey) -> None:
        self.config = sources
        self.clock = SettableClock()
        self._store = store
        born = wall_clock() - 30 * 86_400
        store.client().set(layout.BORN, f"{born:.3f}")

    def fleet(self, names: list[str], interval: int, clock: Clock) -> Repeated:
        """Return senders of beats."""
        if self.config.lines:
            return LineFleet(self.config.lines[0].listen, names, interval, clock)
        return Fleet(self.config.amqp[0].url, names, interval, clock, every=EVERY)

    def ask(self, names: str) -> Said:
        """Return what check_heartbeat says now of some components, by the clock that is set."""
        options = ["--redis", self._store.url, "--name", names]
        return Said(*answer("heartbeat", options, self.clock))


@pytest.fixture
def site(request: pytest.FixtureRequest, bound: Broker, valkey: Valkey, tmp_path: Path) -> Site:
    """Give a site with the sort of source that a test names."""
    if request.param == "amqp":
        return Site(config(valkey.url, [amqp_config(bound.url)]), valkey)
    return Site(config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")]), valkey)


@pytest.mark.parametrize(
    ("set_by", "senders", "site"),
    [
        (3600.0, "same-machine", "amqp"),
        (3600.0, "another-machine", "unix"),
        (-3600.0, "same-machine", "amqp"),
        (-3600.0, "same-machine", "unix"),
        (86_400.0, "same-machine", "unix"),
        (-86_400.0, "another-machine", "amqp"),
        (75.0, "another-machine", "amqp"),
        (-75.0, "same-machine", "unix"),
        (4.0, "same-machine", "amqp"),
        (4.0, "same-machine", "unix"),
    ],
    indirect=["site"],
)
def test_a_clock_that_is_set_is_no_alarm(
    set_by: float, senders: str, site: Site, stored: Stored, collect: Collect
) -> None:
    """Who beats was not heard for a while at most, and is alive again; who died then is found."""
    seed = f"{set_by} {senders}"
    beats = random.Random(seed).randrange(10, 40)  # noqa: S311 - not a secret
    clock = site.clock
    theirs = clock if senders == "same-machine" else wall_clock
    collect(site.config, clock)
    stored.wait_until_caught_up()
    with site.fleet(["lives quiet"], 60, theirs):
        stored.wait_for("lives quiet")
    with site.fleet(["dies"], 1, theirs):
        stored.wait_for("dies")
        stored.wait_until_caught_up(clock())

    with (
        site.fleet(["lives busy"], 60, theirs),
        Watch(lambda: site.ask("lives *")) as living,
        Watch(lambda: site.ask("dies")) as dying,
    ):
        before = stored.count("stored:heartbeat")
        wait_until(lambda: stored.count("stored:heartbeat") > before + beats, "beats")
        first = len(dying.said)
        clock.ahead = set_by
        way = "ahead" if set_by > 0 else "back"
        wait_until(lambda: f"clock was set {way}" in str(stored.gaps()), "a gap", 90)
        if set_by > 0:
            wait_until(lambda: site.ask("dies").code == CRITICAL, "the dead to be found", 90)
        wait_until(lambda: site.ask("lives busy").code == OK, "the living to be alive again", 90)
        last = len(dying.said)
        with site.fleet(["lives quiet"], 60, theirs):
            wait_until(lambda: site.ask("lives quiet").code == OK, "all to be alive again", 90)

    assert living.codes <= {OK, UNKNOWN}, living.said
    if set_by < -30:
        assert {each.code for each in dying.said[first + 1 : last]} <= {UNKNOWN}
    assert all(gap["end"] <= clock() for gap in stored.gaps())


def test_what_a_clock_ahead_has_on_record_ends_with_it(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """A gap that ends tomorrow would excuse everybody until then."""
    site = Site(config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")]), valkey)
    collect(site.config, site.clock)
    stored.wait_until_caught_up()
    with site.fleet(["dies"], 1, wall_clock):
        stored.wait_for("dies")
    for set_by, way in ((86_400.0, "ahead"), (0.0, "back")):
        site.clock.ahead = set_by
        wait_until(lambda: f"clock was set {way}" in str(stored.gaps()), "a gap", 90)  # noqa: B023

    dead = wait_until(lambda: site.ask("dies").code == CRITICAL, "the dead to be found", 90)

    assert dead
    assert all(gap["end"] <= site.clock() for gap in stored.gaps())


def test_a_store_that_was_born_ahead_learns_from_now_on(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """A clock that was right again would otherwise have to reach that moment first."""
    site = Site(config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")]), valkey)
    collect(site.config, site.clock)
    stored.wait_until_caught_up()
    with site.fleet(["new"], 60, wall_clock):
        stored.wait_for("new")
    now = wall_clock()

    stored.client.set(layout.BORN, f"{now + 3600:.3f}")

    wait_until(lambda: float(stored.client.get(layout.BORN) or 0) < now + 60, "a new birth")
    assert "learning: this store is " in site.ask("n*").text
