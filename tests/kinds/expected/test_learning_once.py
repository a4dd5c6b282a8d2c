"""What is learned goes on where it was, whoever does it, and whatever happens to them."""

from typing import Any

import pytest

from blinkenlights.expected.kept import pack_kept
from blinkenlights.kinds.expected import keys
from blinkenlights.store.reader import StoreReader
from kinds.expected.learned import (
    FIVE_MINUTES,
    after_rows,
    kept_states,
    packed_states,
)
from kinds.expected.lessons import SINCE, later, learn, rows
from servers.duties import DutifulCollector
from servers.simulated_transfers import Transfers


def test_a_state_goes_on_with_the_next_interval(transfers: Transfers) -> None:
    """The same comes of it as of a detector that was never stored."""
    simulation = transfers.simulation
    collector = DutifulCollector(simulation)
    given = []
    for number in (3, 1, 0, 4):
        transfers.over("alice", *([SINCE + 10.0] * number))
        collector.work()
        given.append((simulation.now - SINCE - FIVE_MINUTES, float(number)))
        later(transfers)

    # Until she comes nobody knows of her.
    assert packed_states(simulation)["alice"] == pack_kept(after_rows(given))


def test_what_was_learned_is_not_learned_again(transfers: Transfers) -> None:
    """Whoever was killed between learning and taking note of it begins the interval anew."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    DutifulCollector(simulation).work()
    before = packed_states(simulation)
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.delete(keys.LEARNED + "client")))

    DutifulCollector(simulation).work()

    assert packed_states(simulation) == before


def test_a_state_that_is_broken_is_learned_anew_and_that_is_said(
    transfers: Transfers, caplog: pytest.LogCaptureFixture
) -> None:
    """The collector goes on, and the others keep what was learned of them."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    transfers.over("bob", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    state = bytearray(packed_states(simulation)["alice"])
    state[1500] ^= 1
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.hset(keys.STATES + "client", "alice", bytes(state))))
    later(transfers)

    collector.work()

    assert rows(simulation) == 1
    assert rows(simulation, "bob") == 2
    assert "what was learned of client alice cannot be read" in caplog.text


def test_two_collectors_learn_each_interval_once(transfers: Transfers) -> None:
    """In turns and at once."""
    simulation = transfers.simulation
    collectors = [DutifulCollector(simulation) for _ in range(2)]
    for number in (2, 5, 3):
        transfers.over("alice", *([SINCE + 10.0] * number))
        for each in collectors:
            each.work()
        later(transfers)

    assert rows(simulation) == 3
    assert kept_states(simulation)["alice"].revision == 3


def test_who_was_slow_does_not_undo_what_others_learned(
    transfers: Transfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written only where nobody has written since it was read."""
    simulation = transfers.simulation
    moment = simulation.now - SINCE
    transfers.over("alice", 210)
    learn(simulation, moment)
    asked = StoreReader.ask

    def slow(store: StoreReader, *commands: Any) -> Any:  # noqa: ANN401 - as it is
        if commands[0][0] == "EVALSHA":
            monkeypatch.setattr(StoreReader, "ask", asked)
            later(transfers)
            learn(simulation, moment + FIVE_MINUTES)
        return asked(store, *commands)

    monkeypatch.setattr(StoreReader, "ask", slow)
    later(transfers)
    learn(simulation, moment + FIVE_MINUTES)

    begun = moment - FIVE_MINUTES
    expected = after_rows([(begun, 1.0), (begun + FIVE_MINUTES, 0.0)])
    assert packed_states(simulation)["alice"] == pack_kept(expected)


def test_a_state_that_is_broken_is_learned_anew(transfers: Transfers) -> None:
    """And so is one of another version."""
    simulation = transfers.simulation
    redis: Any = simulation.client.redis
    for broken in (b"", b"x", b"\x05\0\0\0" + b"other" * 300):
        simulation.run(simulation.client.ask(redis.hset(keys.STATES + "client", "alice", broken)))
        transfers.over("alice", 210)
        learn(simulation, simulation.now - SINCE)

        assert rows(simulation) == 1
