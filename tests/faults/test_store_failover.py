"""A store that fails over behind a proxy which leaves open connections at the old primary."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import AmqpConfig, LinesConfig
from blinkenlights.kinds.transfer.log_settings import SpeedoConfig
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.speedo.daemon import Speedos
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from collector.running import RunningCollector, Stored, config
from servers.faulty import FaultyProxy
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_for_end, wait_until
from speedo.counting import Listening
from web.serving import Serving

MOST_SECONDS = 30.0


@contextmanager
def publishing(store: str, broker: str) -> Iterator[Speedos]:
    """Have speedos published in a thread."""
    made = Speedos(
        SpeedoConfig(interval=60, all_interval=1),
        AmqpConfig(url=broker, exchange="log", queue="unused", kind="speedo"),
        "log_{source}",
        SpeedoStore(StoreClient(store)),
    )
    loop = asyncio.new_event_loop()
    thread = Thread(target=lambda: loop.run_until_complete(made.run()))
    thread.start()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(made.stop)
        wait_for_end(thread)
        loop.close()


@pytest.mark.parametrize("follows", [True, False], ids=["replica-of-the-new", "replica-of-nobody"])
def test_all_daemons_follow_a_failover(
    own_valkey: Callable[..., Valkey],
    faulty_proxy: Callable[[int], FaultyProxy],
    rabbitmq: Broker,
    free_port: Callable[[], int],
    tmp_path: Path,
    *,
    follows: bool,
) -> None:
    """Within 30 s collector, speedo and web are at the new primary, though nobody sends a thing."""
    old, new = own_valkey(), own_valkey()
    old_client, new_client = old.client(), new.client()
    new_client.replicaof("127.0.0.1", old.port)
    proxy = faulty_proxy(old.port)
    listening = Listening(rabbitmq, "log")
    lines = LinesConfig(listen=f"udp://127.0.0.1:{free_port()}")
    collector = RunningCollector(config(proxy.url, lines=[lines]))
    web = Serving(proxy.url, tmp_path, wall_clock)
    web.start()
    try:
        with publishing(proxy.url, rabbitmq.url):
            wait_until(listening.take, "speedos", MOST_SECONDS)
            wait_until(lambda: web.get("/health").status == 200, "the page", MOST_SECONDS)
            wait_until(lambda: new_client.get(layout.BORN), "the replica", MOST_SECONDS)

            new_client.replicaof("NO", "ONE")
            proxy.redirect(new.port)
            old_client.replicaof("127.0.0.1", new.port if follows else 1)
            failed_over = wall_clock()

            stored = Stored(new_client)
            wait_until(lambda: is_new(stored, failed_over), "the collector", MOST_SECONDS)
            left = failed_over + MOST_SECONDS - wall_clock()
            told = len(listening.take())
            wait_until(lambda: len(listening.take()) > told + 1, "speedos again", left)
            left = failed_over + MOST_SECONDS - wall_clock()

            def all_have_left() -> bool:
                return web.get("/health").status == 200 and not proxy.open_to(old.port)

            wait_until(all_have_left, "all connections to go to the new one", left)
    finally:
        web.stop()
        collector.stop()


def is_new(stored: Stored, moment: float) -> bool:
    report = stored.report()
    return report is not None and report["beat"] > moment
