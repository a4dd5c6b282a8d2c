"""The documented configuration at a broker like Pulse, from messages to the check."""

import tomllib
from collections.abc import Callable

import msgspec
import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import AmqpConfig, Config
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.settings import PoolConfig
from collector.running import RunningCollector, Stored, config
from servers.old_site import documented
from servers.pulse import Pulse
from servers.taskcluster import Message, task
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

MACHINE = "mdc1:ms-100"


@pytest.fixture
def configured(pulse: Pulse, valkey: Valkey) -> Config:
    """Give that configuration, with the address, the user and the authority of the test."""
    ours = {"url": pulse.url, "password_file": "", "ca_file": str(pulse.authority)}
    user = pulse.queue.split("/")[1]
    tables = [
        table | ours | {"queue": str(table["queue"]).replace("relops", user)}
        for table in tomllib.loads(documented("pulse.md", "The tables"))["amqp"]
    ]
    return config(valkey.url, msgspec.convert(tables, list[AmqpConfig]))


def publish(pulse: Pulse, *messages: Message) -> None:
    for exchange, key, body in messages:
        pulse.publish(exchange, key, body)


def seen(stored: Stored) -> float:
    text = stored.client.hget(keys.FACTS, MACHINE)
    return keys.parse_facts(str(text)).seen if text else 0.0


def test_what_happens_to_a_machine_arrives(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """From all four exchanges; what the queue says of its silence is no sign of life."""
    collect(configured)
    stored.wait_until_caught_up()
    now = wall_clock()

    publish(
        pulse,
        task(MACHINE, "exception", started=now - 90, resolved=now - 1, reason="claim-expired"),
        task(MACHINE, "failed", started=now - 80, resolved=now - 60, name="failed"),
        task(MACHINE, "completed", started=now - 200, resolved=now - 100, name="late"),
        task(MACHINE, "running", started=now - 30, name="next"),
    )

    wait_until(lambda: stored.count("stored:machine") == 4, "all four to be stored")
    assert seen(stored) == pytest.approx(now - 30, abs=0.01)


def test_repetition_and_order_do_not_matter(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """The same messages backwards and twice: nothing moves back, no failure counts again."""
    collect(configured)
    stored.wait_until_caught_up()
    now = wall_clock()
    failures = [
        task(MACHINE, "failed", started=now - 60 * n, resolved=now - 60 * n + 30, name=f"task-{n}")
        for n in range(1, 4)
    ]

    publish(pulse, *failures, *reversed(failures))

    wait_until(lambda: stored.count("stored:machine") == 6, "all to be stored")
    assert seen(stored) == pytest.approx(now - 30, abs=0.01)
    assert stored.client.zscore(keys.FAILING, MACHINE) == 3


def test_what_is_demanded_of_pools() -> None:
    """The documented tables are ones that the configuration takes."""
    tables = tomllib.loads(documented("machines.md", "What is demanded of a pool"))
    pools = msgspec.convert(tables["pool"], list[PoolConfig])

    assert [pool.name for pool in pools] == ["releng-hardware/gecko-t-osx-*", "*"]
