"""What the daemons of the demo are configured to do."""

import logging
import socket
from pathlib import Path

from blinkenlights.config import (
    AlertConfig,
    CollectorConfig,
    Config,
    LinesConfig,
    ProbeConfig,
    StoreConfig,
    WebConfig,
    WorkersConfig,
)
from blinkenlights.demo.fleet import INTERVAL
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from blinkenlights.probing.scheduling.opening import queue_of_results
from blinkenlights.store.embedded import EmbeddedStore


def configuration(store: EmbeddedStore, page: str, workers: WorkersConfig) -> Config:
    """Return a configuration in which two seconds are what a minute is elsewhere.

    Args:
        store: Where everything is kept.
        page: Where the page is, for links in messages.
        workers: How workers are reached, where there are any.
    """
    return Config(
        store=StoreConfig(
            url=store.url, username=store.username, password_file=str(store.password_file)
        ),
        lines=[LinesConfig(listen=f"unix://{store.folder}/lines.sock")],
        amqp=[queue_of_results(workers)] if workers.broker else [],
        workers=workers,
        collector=CollectorConfig(name="demo"),
        probe=ProbeConfig(endpoints=str(store.folder / "endpoints"), name="demo"),
        alert=AlertConfig(
            rules=str(store.folder / "rules"),
            name="demo",
            every=1.0,
            canary=f"unix://{store.folder}/lines.sock",
        ),
        web=WebConfig(url=page),
        of_kinds=(HeartbeatConfig(interval=INTERVAL),),
    )


def page_configuration(store: EmbeddedStore) -> Config:
    """Return a configuration that serves the page of this store on a free port, to be read only."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Config(
        store=StoreConfig(url=store.url),
        web=WebConfig(listen=f"127.0.0.1:{port}", tokens_file=str(store.folder / "web.tokens")),
    )


def log_to(path: Path) -> None:
    """Let what daemons log go to a file, out of the tour's way."""
    logger = logging.getLogger("blinkenlights")
    logger.handlers = [logging.FileHandler(path)]
    logger.propagate = False
