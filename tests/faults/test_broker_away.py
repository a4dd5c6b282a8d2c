"""A broker that goes away under a running fleet: being blind is no evidence against anybody."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector.watermark import SHORTEST_GAP
from blinkenlights.config import LinesConfig
from collector.running import RunningCollector
from faults.chain import CRITICAL, OK, QUEUE, UNKNOWN, WARNING, Chain, Said, beat
from faults.fleet import Fleet, Watch
from servers.faulty import FaultyProxy
from servers.waiting import wait_until

INTERVAL = 3
NAMES = [f"component {n}" for n in range(12)]
VICTIM = NAMES[0]
TARDY = [f"tardy {n}" for n in range(6)]


def accuses_only_the_victim(said: Said) -> bool:
    if said.code in {OK, UNKNOWN}:
        return True
    word = "late" if said.code == WARNING else "silent"
    return re.search(rf": 1 of \d+ components {word}: {VICTIM} \(", said.line) is not None


def deaf_for(chain: Chain) -> float:
    """Return for how many seconds the only source was not heard; 0 while it is."""
    source = chain.source_report()
    return 0.0 if source.connected else wall_clock() - source.watermark


def test_the_broker_crashes_and_is_started_again(chain: Chain) -> None:
    """No storm of alarms, though some come back late; then only who died is silent."""
    collector = chain.listen(chain.config(interval=INTERVAL))
    url = chain.broker.url
    with Fleet(url, NAMES, INTERVAL) as fleet, Fleet(url, TARDY, INTERVAL) as tardy:
        wait_until(lambda: chain.heartbeat().code == OK, "all to be heard")
        wait_until(lambda: len(chain.facts()) == len(NAMES + TARDY), "all to be heard")

        with Watch(chain.heartbeat) as watch:
            chain.broker.kill()
            fleet.die(VICTIM)
            tardy.hush()
            # A shorter one is not put on record.
            wait_until(lambda: deaf_for(chain) > SHORTEST_GAP + 1, "a loss that counts")
            chain.broker.start()
            chain.wait_until_stored()
            back = chain.heartbeat()
            tardy.speak()
            wait_until(lambda: chain.heartbeat().code == CRITICAL, "the death to be noticed", 40)

        said = chain.heartbeat()
    assert [each for each in watch.said if not accuses_only_the_victim(each)] == []
    assert back.code == UNKNOWN, back
    assert re.search(
        r"[67] of 18 components not heard, .* away for .* until .* ago \(.+\): ", back.line
    )
    assert said.line.startswith(f"HEARTBEAT CRITICAL: 1 of 18 components silent: {VICTIM} (")
    assert " alive=17;" in said.text
    [loss] = collector.logged("connecting again")
    assert loss.endswith(" is lost: the connection broke; connecting again")
    assert len(collector.logged("works again")) == 1


def test_the_store_is_restarted(lasting_chain: Chain) -> None:
    """While it is away the answer is UNKNOWN; what waited in the broker is judged afterwards."""
    chain = lasting_chain
    collector = chain.listen(chain.config(interval=INTERVAL, prefetch=50))
    with Fleet(chain.broker.url, NAMES, INTERVAL) as fleet:
        wait_until(lambda: chain.heartbeat().code == OK, "all to be heard")

        with Watch(chain.heartbeat) as watch:
            chain.store.stop()
            fleet.die(VICTIM)
            # Everybody's beats of more than two intervals, at three rounds a second.
            wait_until(lambda: chain.broker.unfinished(QUEUE) > 250, "messages to pile up", 30)
            chain.store.start()
            chain.client = chain.store.client()
            wait_until(lambda: chain.heartbeat().code == CRITICAL, "the death to be noticed", 40)
            chain.wait_until_stored()

        said = chain.heartbeat()
    assert [each for each in watch.said if not accuses_only_the_victim(each)] == []
    assert UNKNOWN in watch.codes
    assert said.line.startswith(f"HEARTBEAT CRITICAL: 1 of 12 components silent: {VICTIM} (")
    assert " alive=11;" in said.text
    assert len(collector.logged("the store fails")) == 1
    assert len(collector.logged("the store works again")) == 1


class Future:
    """A clock that can be put forward, for everybody at once."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Return the present of the test."""
        return wall_clock() + self.ahead


@pytest.fixture
def proxy(chain: Chain, faulty_proxy: Callable[[int], FaultyProxy]) -> FaultyProxy:
    """Give a way to the broker that can be closed."""
    return faulty_proxy(chain.broker.server.port)


def test_the_broker_is_away_for_longer_than_any_limit(chain: Chain, proxy: FaultyProxy) -> None:
    """It is UNKNOWN, with the reason; then, with who was not heard since; never CRITICAL."""
    future = Future()
    source = chain.source(
        url=chain.broker.url.replace(f":{chain.broker.server.port}", f":{proxy.port}")
    )
    collector = RunningCollector(chain.config(amqp=[source]), future)
    try:
        chain.wait_until_stored(clock=future)
        _all_beat(chain, future, NAMES)
        assert chain.heartbeat(clock=future).code == OK

        proxy.refuse()
        _pass(chain, future, 50)
        short = chain.heartbeat(clock=future)
        _pass(chain, future, 150)
        away = chain.heartbeat(clock=future)
        proxy.heal()
        chain.wait_until_stored(clock=future)
        back = chain.heartbeat(clock=future)
        _all_beat(chain, future, NAMES[1:])
        nearly_all = chain.heartbeat(clock=future)
    finally:
        collector.stop()

    assert short.code == OK, short
    assert away.code == UNKNOWN
    assert away.line.startswith("HEARTBEAT UNKNOWN: no source can be heard since 3m 2")
    assert "cannot be reached: Connection refused" in away.line
    assert back.code == UNKNOWN
    assert re.search(
        r"12 of 12 components not heard, .* away for 3m .* until .* ago \(.*Connection refused\): ",
        back.line,
    )
    assert nearly_all.code == UNKNOWN
    assert "1 of 12 components not heard, " in nearly_all.line
    assert VICTIM in nearly_all.line


def test_the_broker_is_away_beside_an_idle_socket(chain: Chain, tmp_path: Path) -> None:
    """The configuration of the README: one CRITICAL speaks for all, as long as the broker is away.

    Nothing ever came by the socket, so that it is open excuses nobody, and proves nothing.
    """
    future = Future()
    socket = LinesConfig(listen=f"unix://{tmp_path}/lines.sock")
    config = msgspec.structs.replace(chain.config(), lines=[socket])
    collector = RunningCollector(config, future)
    told: list[tuple[int, Said, Said]] = []
    try:
        chain.wait_until_stored(clock=future)
        _all_beat(chain, future, NAMES)
        chain.broker.kill()
        for seconds in (20, 50, 70, 600):
            _pass(chain, future, seconds - sum(each[0] for each in told[-1:]))
            heartbeats = chain.heartbeat(clock=future)
            told.append((seconds, chain.ask("collector", clock=future), heartbeats))
        lag = float(re.search(r" lag=([0-9.]+)s", told[-1][1].text)[1])  # type: ignore[index]
        chain.broker.start()
        chain.wait_until_stored(clock=future)
        back = (chain.ask("collector", clock=future), chain.heartbeat(clock=future))
    finally:
        collector.stop()

    assert [(parent.code, child.code) for _, parent, child in told] == [
        (OK, OK),
        (WARNING, OK),
        (CRITICAL, UNKNOWN),
        (CRITICAL, UNKNOWN),
    ], told
    assert "blinkenlights.heartbeat" in told[-1][1].line
    assert told[-1][2].line.startswith("HEARTBEAT UNKNOWN: no source can be heard since 10m ")
    assert 600 <= lag < 630
    assert [each.code for each in back] == [CRITICAL, UNKNOWN], back


def _all_beat(chain: Chain, future: Future, names: list[str]) -> None:
    chain.publish(*(beat(name, future()) for name in names))
    chain.wait_until_stored(clock=future)


def _pass(chain: Chain, future: Future, seconds: float) -> None:
    """Let time pass, and wait until the collector has said so."""
    future.ahead += seconds
    now = future()

    def has_reported() -> bool:
        report = chain.report()
        return report is not None and report.beat >= now

    wait_until(has_reported, "the collector's next report")
