"""A store that is emptied while everything runs."""

from blinkenlights.store import layout
from faults.chain import CRITICAL, OK, UNKNOWN, Chain, later
from faults.fleet import Fleet, Watch
from servers.waiting import wait_until

INTERVAL = 10
"""Seconds; so a new store learns for 20."""
NAMES = [f"component {n}" for n in range(10)]


def test_the_store_is_flushed(chain: Chain) -> None:
    """It is "learning" until two intervals have passed, never OK and never CRITICAL; then OK."""
    collector = chain.listen(chain.config(interval=INTERVAL))
    with Fleet(chain.broker.url, [*NAMES, "gone"], INTERVAL) as fleet:
        wait_until(lambda: chain.heartbeat().code == OK, "all to be heard")
        fleet.die("gone")
        chain.wait_until_stored()
        collector.wait_for_log("consuming")

        chain.client.flushall()

        with Watch(chain.heartbeat) as watch:
            wait_until(lambda: len(chain.facts()) == len(NAMES), "all to be heard again")
            chain.wait_until_stored()
            wait_until(lambda: "learning" in chain.heartbeat().line, "the answer to say why")
        assert watch.codes == {UNKNOWN}
        said = chain.heartbeat(clock=later(2 * INTERVAL + 1))
        assert said.code == OK, said
        assert f": {len(NAMES)} components alive" in said.line
    assert len(collector.logged("the store was emptied")) == 1


def test_silence_is_evidence_in_a_new_store(chain: Chain) -> None:
    """Who was heard by a store that still learns and then fell silent is CRITICAL all the same."""
    chain.listen(chain.config(interval=INTERVAL))
    chain.client.flushall()
    with Fleet(chain.broker.url, NAMES, INTERVAL), Fleet(chain.broker.url, ["hasty"], 1) as hasty:
        wait_until(lambda: len(chain.facts()) == len(NAMES) + 1, "all to be heard")
        hasty.die("hasty")

        wait_until(lambda: chain.heartbeat().code == CRITICAL, "the silence to be noticed")

    said = chain.heartbeat()
    assert said.line.startswith("HEARTBEAT CRITICAL: 1 of 11 components silent: hasty (")
    assert "learning" in said.line
    assert chain.client.exists(layout.BORN)
