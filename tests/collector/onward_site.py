"""A collector from which points go on."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec

from blinkenlights.clock import wall_clock
from blinkenlights.config import Config, InfluxConfig, LinesConfig
from collector.running import RunningCollector, Stored, config
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]
Send = Callable[[list[dict[str, object]]], None]


class Site:
    """A collector that sends on, and a socket that it reads."""

    def __init__(self, valkey: Valkey, folder: Path, port: int, collect: Collect) -> None:
        self.buffer = folder / "buffer"
        self._valkey = valkey
        self._place = ("127.0.0.1", port)
        self._collect = collect
        self.listen = f"tcp://127.0.0.1:{port}"
        self._source = LinesConfig(listen=self.listen, kind="metric")

    def config(self, influx: InfluxConfig) -> Config:
        """Return the configuration with another table [influx]."""
        made = config(self._valkey.url, lines=[self._source])
        buffered = msgspec.structs.replace(influx, buffer=str(self.buffer))
        return msgspec.structs.replace(made, influx=buffered)

    def start(
        self, influx: InfluxConfig, clock: Callable[[], float] = wall_clock
    ) -> RunningCollector:
        """Start a collector."""
        running = self._collect(self.config(influx), clock)
        Stored(self._valkey.client()).wait_until_caught_up()
        return running

    def send(self, events: list[dict[str, object]]) -> None:
        """Send events, and wait until they are stored."""
        counted = Stored(self._valkey.client())
        kind = events[0].get("kind", "metric")
        before = counted.count(f"stored:{kind}")
        with socket.create_connection(self._place) as connection:
            connection.sendall(b"".join(json.dumps(each).encode() + b"\n" for each in events))
        wait_until(
            lambda: counted.count(f"stored:{kind}") == before + len(events),
            "the events to be stored",
            20,
        )

    def files(self) -> list[Path]:
        """Return the files of what waits."""
        return sorted(self.buffer.glob("*/*.lines"))
