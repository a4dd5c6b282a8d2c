"""The real collector, as a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from blinkenlights.store import layout
from servers.process import ServerProcess, make_folder, remove_folder
from servers.valkey import Valkey
from waiting_queue import QUEUE

EXCHANGE = "blinkenlights"
KEY = "heartbeat.bench"
_CONFIG = """\
[store]
url = "{store}"

[[amqp]]
url = "{broker}"
exchange = "{exchange}"
type = "topic"
keys = ["heartbeat.#"]
queue = "{queue}"
kind = "{kind}"

[collector]
name = "{name}"
"""


@contextmanager
def collecting(
    program: Path, broker: str, store: Valkey, kind: str = "heartbeat", name: str = "bench"
) -> Iterator[ServerProcess]:
    """Give a running `blinkenlights collect` of its own name; its settings are the defaults."""
    folder = make_folder("collector")
    config = folder / "blinkenlights.toml"
    config.write_text(
        _CONFIG.format(
            store=store.url, broker=broker, exchange=EXCHANGE, queue=QUEUE, kind=kind, name=name
        )
    )
    command = [str(program), "collect", "--config", str(config)]
    collector = ServerProcess(command, folder, is_ready=lambda: True, environment={})
    collector.start()
    try:
        yield collector
    finally:
        collector.stop()
        remove_folder(folder)


def has_stored(client: redis.Redis, messages: int, kind: str = "heartbeat") -> bool:
    """Return whether collectors have stored so many messages, by their own count in the store."""
    return int(str(client.hget(layout.COUNTERS, f"stored:{kind}") or 0)) >= messages
