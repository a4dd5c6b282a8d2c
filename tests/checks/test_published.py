"""check_speedo --published: what it says of the speedos that others publish."""

import pytest

from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.kinds.transfer.fact import Speedo
from blinkenlights.kinds.transfer.handover import Limits, set_limits
from blinkenlights.kinds.transfer.write_speedos import SpeedoRows
from blinkenlights.store.batch import Batch
from servers.batches import Message, arrival
from servers.simulation import QUEUE, Said, Simulation
from servers.valkey import Valkey

SPEEDOS = "q.speedos at 127.0.0.1:5672/"
MINUTE = 60.0


class Publishing:
    """Stores speedos as a collector does that hears them and counts nothing itself."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.heard()

    def heard(self, *, behind: float = 0.0, connected: bool = True) -> None:
        """Say up to when speedos are stored."""
        source = self.simulation.source(SPEEDOS, kind="speedo", behind=behind, connected=connected)
        self.simulation.collector(sources=[self.simulation.source(QUEUE), source])

    def speedo(
        self,
        name: str,
        age: float,
        good: int,
        bad: int = 0,
        *,
        scope: str = "client",
        interval: float = MINUTE,
        received: float | None = None,
        live: bool = True,
    ) -> None:
        """Store one that ended `age` seconds ago and came `received` seconds ago."""
        now = self.simulation.now
        receipt = now - (age if received is None else received)
        fact = Speedo(now - age, scope, name, good, bad, 100 * good, 0, 0.0, 0.0, interval)
        rows = SpeedoRows(arrival(receipt)._replace(live=live))
        rows.add(fact, b"", "", Message())
        self.simulation.run(self.simulation.writer.store(Batch([rows])))

    def idle(self, name: str, since: float) -> None:
        """Store one with something in it, and then one with nothing each minute until now."""
        self.speedo(name, since, 5)
        for age in range(int(since - MINUTE), 0, -int(MINUTE)):
            self.speedo(name, age, 0)

    def ask(self, options: str = "") -> Said:
        """Return what the check says."""
        return self.simulation.ask("speedo", f"--published {options}")


@pytest.fixture
def published(simulation: Simulation) -> Publishing:
    """Give a store without speedos, that hears them."""
    return Publishing(simulation)


def test_clients_that_move(published: Publishing) -> None:
    """OK says how many move and how fast, with the figures that check_speedo has."""
    published.speedo("alice", 30, 6)
    published.speedo("bob", 10, 2, 2, interval=30)

    said = published.ask()
    counted = published.simulation.ask("speedo")

    assert said.line == ("SPEEDO OK: 2 clients moving, 14 transfers a minute in all, 28.6% bad")
    assert said.number("messages_per_minute") == 14
    assert said.number("bytes_per_minute") == 1000
    assert list(said.perfdata) == [
        "total",
        "zero",
        "outside",
        "unheard",
        "messages_per_minute",
        "bytes_per_minute",
        "errors",
    ]
    assert counted.code == 3, "there is nobody who counts"


def test_zero(published: Publishing) -> None:
    """Who had nothing good for longer than the window is CRITICAL; -v lists all, longest first."""
    published.idle("alice", 310)
    published.idle("bob", 1810)
    published.speedo("carol", 300, 0, 7)
    published.speedo("carol", 10, 0, 7)
    published.idle("dave", 250)
    published.speedo("erin", 20, 1)

    said = published.ask("-v")

    assert said.summary == (
        "3 of 5 clients at zero: carol (never), bob (30m 10s), alice (5m 10s), limit 5m"
    )
    assert said.code == 2
    assert said.details == [
        "CRITICAL: carol (never) without a good transfer",
        "CRITICAL: bob (30m 10s) without a good transfer",
        "CRITICAL: alice (5m 10s) without a good transfer",
    ]
    assert said.number("zero") == 3


@pytest.mark.parametrize(
    ("interval", "minutes", "code"), [(60, [0], 0), (60, [3, 0], 0), (60, [4, 0], 2), (600, [0], 0)]
)
def test_who_never_moved_is_at_zero_after_the_window_only(
    published: Publishing, interval: float, minutes: list[float], code: int
) -> None:
    """A first speedo with nothing in it is no alarm; that nothing moves for so long is one."""
    for minute in minutes:
        published.speedo("alice", MINUTE * minute + 10, 0, interval=interval)

    said = published.ask()

    assert said.code == code, said.text
    assert code == 0 or said.summary == "1 of 1 client at zero: alice (never), limit 5m"


def test_who_never_moved_may_not_have_been_heard(published: Publishing) -> None:
    """What a gap took may have been good."""
    published.speedo("alice", 330, 0)
    published.speedo("alice", 20, 0)
    published.simulation.gap(320, 30, source=SPEEDOS)

    said = published.ask()

    assert said.code == 3
    assert f"1 of 1 client not heard, {SPEEDOS} away for 4m 50s until 30s ago" in said.text


def test_stale(published: Publishing) -> None:
    """Of whom nothing is published nobody knows: it is neither OK nor CRITICAL, and named."""
    published.speedo("alice", 20, 1)
    published.speedo("bob", 723, 9)
    published.speedo("carol", 400, 0)

    said = published.ask("-v")

    assert said.code == 3
    assert said.summary == (
        "2 of 3 clients without a speedo: bob (12m 3s), carol (6m 40s), limit 5m"
    )
    assert said.details == [
        "UNKNOWN: bob (12m 3s) without a speedo",
        "UNKNOWN: carol (6m 40s) without a speedo",
    ]
    assert (said.number("zero"), said.number("unheard")) == (0, 2)
    assert [one["name"] for one in published.ask("--json").json["stale"]] == ["bob", "carol"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--client alice", 0),
        ("--client 'a*' -c 3:", 0),
        ("--client alice -w 4:", 1),
        ("--client alice -c 4:", 2),
        ("--client alice --errors 50,60", 0),
        ("--client alice --errors 40", 1),
        ("--client alice --errors ,40", 2),
        ("--client alice --bytes ,1000:", 2),
        ("--client bob", 2),
        ("--client bob --window 1h", 0),
        ("--client nobody", 3),
        ("--source metpx", 0),
        ("--source other", 3),
        ("--all", 0),
        ("--all -c 100:", 2),
        ("--client alice --all", 3),
    ],
)
def test_options(published: Publishing, options: str, code: int) -> None:
    """Which flows, how long, and thresholds for rate, errors and bytes, as without --published."""
    published.speedo("alice", 20, 3, 3)
    published.idle("bob", 610)
    published.speedo("metpx", 20, 1, scope="source")
    published.speedo("clients", 90, 0, scope="all", interval=1)
    published.speedo("sources", 1, 1, scope="all", interval=1)

    said = published.ask(options)

    assert said.code == code, said.text


def test_what_is_outside_is_named(published: Publishing) -> None:
    """With its number and its limit, and where that is from."""
    published.speedo("alice", 20, 2)

    said = published.ask("-c 10:")

    assert said.summary == (
        "1 of 1 client outside their limits: alice (2 good/min, limit at least 10), "
        "in its last speedo"
    )


def test_limits_of_the_configuration(published: Publishing) -> None:
    """They hold for what others publish as well."""
    limits = [
        Limits("alice", "", deadline=None, min_rate=5.0, max_errors=None),
        Limits("bob", "", deadline=3600.0, min_rate=None, max_errors=None),
    ]
    published.simulation.run(set_limits(published.simulation.client, limits))
    published.speedo("alice", 20, 2)
    published.idle("bob", 1810)

    said = published.ask()

    assert said.code == 2
    assert said.summary == (
        "1 of 2 clients below their minimum rate: alice (2 good/min, minimum 5), in its last speedo"
    )


def test_a_long_interval(published: Publishing) -> None:
    """What is told every ten minutes is not stale before two of them, nor at zero."""
    published.speedo("alice", 1190, 5, interval=600)

    first = published.ask()
    published.speedo("alice", 590, 0, interval=600)
    second = published.ask()
    published.simulation.now += 30
    published.speedo("alice", 10, 0, interval=600)
    published.heard()
    third = published.ask()

    assert (first.code, second.code, third.code) == (0, 0, 2)
    assert third.summary == "1 of 1 client at zero: alice (20m 20s, deadline 20m), limit 5m"


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_gap_accuses_nobody(published: Publishing, name: str) -> None:
    """Neither who is at zero nor who is stale, as far as the time in the gap explains it."""
    published.speedo("alice", 700, 5)
    published.speedo("alice", 20, 0)
    published.speedo("bob", 700, 5)
    published.simulation.gap(690, 30, source=SPEEDOS)

    said = published.ask(f"--client {name}")

    assert said.code == 3
    assert f"1 of 1 client not heard, {SPEEDOS} away for 11m until 30s ago" in said.text
    assert f"{name} (11m 40s" in said.text


def test_nobody_is_judged_while_we_are_blind(published: Publishing) -> None:
    """A collector that is down or behind, a broker away, a new store: UNKNOWN, and no CRITICAL."""
    published.idle("alice", 1810)
    published.speedo("bob", 20, 5)
    assert published.ask().code == 2

    published.simulation.now += 301
    down = published.ask()
    published.heard(behind=301, connected=False)
    away = published.ask()
    published.heard(behind=201)
    behind = published.ask("--client bob")

    assert (down.code, away.code, behind.code) == (3, 3, 3)
    assert "collector collector-1 is down" in down.text
    assert "no source can be heard" in away.text
    assert "3m 21s behind" in behind.text


def test_a_new_store_learns(simulation: Simulation, valkey: Valkey) -> None:
    """It does not say OK before everybody could be heard once."""
    valkey.client().flushdb()
    published = Publishing(simulation)
    published.speedo("alice", 1, 5)

    said = published.ask()

    assert said.code == 3
    assert "learning: this store is" in said.text


def test_old_evidence_is_dated(published: Publishing) -> None:
    """As in all checks."""
    published.speedo("alice", 20, 5)
    published.heard(behind=30)

    assert published.ask().summary.startswith("as of 30s ago: 1 client moving")


def test_a_clock_that_is_behind(published: Publishing) -> None:
    """Whose speedos come now, of ten minutes ago, is behind, which is neither stale nor zero."""
    published.speedo("alice", 600, 5, received=10)

    said = published.ask("-v")

    assert said.code == 1
    words = "publishes speedos of 9m 50s ago: backlog or clock"
    assert said.summary == f"1 of 1 client behind: alice ({words})"
    assert said.details == [f"WARNING: alice {words}"]


def test_a_clock_that_is_behind_is_no_zero(published: Publishing) -> None:
    """Two idle minutes are two, though the publisher's clock is four minutes behind."""
    published.speedo("alice", 400, 5, received=160)
    published.speedo("alice", 280, 0, received=40)

    assert published.ask().code == 0


def test_what_waited_is_no_evidence(published: Publishing) -> None:
    """An old speedo that comes out of a queue does not tell that somebody publishes now."""
    published.speedo("alice", 600, 5, received=10, live=False)

    assert published.ask().summary == "1 of 1 client without a speedo: alice (10m), limit 5m"


def test_a_clock_of_ours_that_was_ahead(published: Publishing) -> None:
    """Nobody knows when that was."""
    published.speedo("alice", -700, 5)

    said = published.ask()

    assert said.code == 3
    assert "1 of 1 client last moved ahead of our clock" in said.text


def test_who_is_declared_and_never_published(published: Publishing) -> None:
    """Is named; with a speedo it is known, and one that never moves is at zero."""
    store = FlowStore(published.simulation.client)
    now = published.simulation.now
    for name in ("alice", "bob"):
        published.simulation.run(store.expect("client", name, now - 7200))
    published.speedo("bob", 20, 0)

    said = published.ask()

    assert said.code == 2
    assert said.summary == (
        "1 of 2 clients at zero: bob (never, declared 2h ago), limit 5m; "
        "1 of 2 clients without a speedo: alice (never, declared 2h ago), limit 5m"
    )
    assert published.ask("--client alice").code == 3


def test_without_speedos(published: Publishing) -> None:
    """No speedo at all is UNKNOWN; so is a collector that has no source of them."""
    nothing = published.ask()
    published.simulation.collector(sources=[published.simulation.source(QUEUE)])
    deaf = published.ask()

    assert nothing.code == deaf.code == 3
    assert nothing.summary.startswith("no speedo has been published since this store began, ")
    assert deaf.summary == "no collector has a source for speedo; configure one"


def test_what_an_older_collector_stored(published: Publishing, valkey: Valkey) -> None:
    """It does not tell since when somebody is at zero, which is neither OK nor CRITICAL."""
    published.speedo("alice", 20, 0)
    published.speedo("bob", 20, 5)
    valkey.client().delete(keys.SPEEDOS_MOVED, keys.SPEEDOS_RECEIVED)

    said = published.ask()
    published.speedo("alice", 1, 0)

    assert said.code == 3
    assert "1 of 2 clients not heard, stored by a collector of an older version" in said.text
    assert published.ask().code == 0


def test_an_older_one_that_comes_later(published: Publishing, valkey: Valkey) -> None:
    """Changes nothing of what is newest, and tells that something moved then."""
    published.speedo("alice", 10, 0)
    published.speedo("alice", 70, 5)
    published.speedo("alice", 40, 0)

    client, now = valkey.client(), published.simulation.now
    member = "client\0alice"
    assert client.zscore(keys.SPEEDOS_SEEN, member) == now - 10
    assert client.zscore(keys.SPEEDOS_MOVED, member) == now - 70
    assert client.zscore(keys.SPEEDOS_RECEIVED, member) == now - 10
    assert published.ask().code == 0


def test_who_is_forgotten(published: Publishing) -> None:
    """One that is published only is forgotten by a glob, too, and missed by nobody."""
    published.speedo("alice", 20, 5)
    published.speedo("gone", 7200, 5)
    store = FlowStore(published.simulation.client)

    known = published.simulation.run(store.known("client"))
    published.simulation.run(store.forget("client", ["gone"]))

    assert known == {"alice", "gone"}
    assert published.ask().summary.startswith("1 client moving")
