"""The whole path of one test: broker, collectors, store, and what the checks answer."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.amqp import amqp_address
from blinkenlights.config import AmqpConfig, CollectorConfig, Config, StoreConfig
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from blinkenlights.store.report import CollectorReport, SourceReport, source_id
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

EXCHANGE = "blinkenlights"
QUEUE = "blinkenlights.heartbeat"
REJECTED = "blinkenlights.rejected"
KEY = "heartbeat.test"
OK, WARNING, CRITICAL, UNKNOWN = range(4)


class Said(NamedTuple):
    """A check's answer."""

    code: int
    text: str

    @property
    def line(self) -> str:
        """The first line, without performance data."""
        return self.text.split("\n")[0].split(" | ")[0]


class Process:
    """`blinkenlights collect` as a process of its own, configured by its environment alone."""

    def __init__(
        self, config: Config, folder: Path, further: Mapping[str, str] | None = None
    ) -> None:
        folder.mkdir(parents=True)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("BLINKENLIGHTS_")}
        self._config = config
        self.server = ServerProcess(
            [sys.executable, "-m", "blinkenlights", "collect"],
            folder=folder,
            is_ready=lambda: True,
            environment=inherited | environment(config) | dict(further or {}),
        )
        self.server.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.server.pid

    @property
    def log(self) -> list[str]:
        """The lines that it has logged until now, without their time."""
        lines = self.server.log.read_text(errors="replace").splitlines()
        return [line[len("2011-06-29 15:03:23 ") :] for line in lines]

    def logged(self, words: str) -> list[str]:
        """Return the lines logged until now that hold `words`."""
        return [line for line in self.log if words in line]

    def wait_for_log(self, words: str, seconds: float = 20.0) -> str:
        """Wait for a line that holds `words` and return the first one."""

        def lines() -> list[str]:
            assert self.server.is_running(), "\n".join(self.log)
            return self.logged(words)

        return wait_until(lines, f"{words!r} in the log", seconds)[0]

    def wait_until_consuming(self) -> None:
        """Wait until it gets what is published to all of its queues."""
        for source in self._config.amqp:
            self.wait_for_log(f"consuming {amqp_address(source)}")

    def stop(self) -> None:
        """End it with SIGTERM."""
        self.server.stop(20.0)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.server.kill()


def environment(config: Config) -> dict[str, str]:
    """Return a configuration as the variables of the environment that say the same."""
    beats = config.table(HeartbeatConfig)
    tables = {"STORE": config.store, "COLLECTOR": config.collector, "HEARTBEAT": beats}
    sources = {f"AMQP_{n}": source for n, source in enumerate(config.amqp)}
    sockets = {f"LINES_{n}": lines for n, lines in enumerate(config.lines)}
    return {
        f"BLINKENLIGHTS_{table}_{key.upper()}": _text(value)
        for table, struct in {**tables, **sources, **sockets}.items()
        for key, value in msgspec.structs.asdict(struct).items()
        if value not in ("", [])
    }


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


class Chain:
    """One broker and one store, with as many collectors as a test starts."""

    def __init__(self, broker: Broker, store: Valkey, folder: Path) -> None:
        self.broker = broker
        self.store = store
        self.client = store.client()
        self._folder = folder
        self._started: list[Process] = []

    def config(
        self,
        name: str = "one",
        *,
        interval: int = 60,
        amqp: Sequence[AmqpConfig] | None = None,
        store_url: str = "",
        batch_size: int = 500,
        prefetch: int = 2000,
    ) -> Config:
        """Return a configuration: one source for heartbeats unless `amqp` gives others."""
        return Config(
            store=StoreConfig(url=store_url or self.store.url),
            amqp=[self.source()] if amqp is None else list(amqp),
            collector=CollectorConfig(name=name, batch_size=batch_size, prefetch=prefetch),
            of_kinds=(HeartbeatConfig(interval=interval),),
        )

    def source(self, **keys: object) -> AmqpConfig:
        """Return the usual source, with some keys of its own."""
        usual: dict[str, object] = {
            "url": self.broker.url,
            "exchange": EXCHANGE,
            "keys": ["heartbeat.#"],
            "queue": QUEUE,
            "kind": "heartbeat",
        }
        return msgspec.convert(usual | keys, AmqpConfig)

    def start(self, config: Config, environment: Mapping[str, str] | None = None) -> Process:
        """Start a collector, with further variables of its environment, and return at once."""
        folder = self._folder / f"{len(self._started)}-{config.collector.name}"
        process = Process(config, folder, environment)
        self._started.append(process)
        return process

    def consume(self, config: Config | None = None) -> Process:
        """Start a collector and wait until it gets what is published."""
        process = self.start(config or self.config())
        process.wait_until_consuming()
        return process

    def listen(self, config: Config | None = None) -> Process:
        """Start a collector and wait until it has caught up with all of its queues."""
        config = config or self.config()
        process = self.start(config)
        begun = wall_clock()
        process.wait_until_consuming()
        wait_until(lambda: self.caught_up(config.collector.name, begun), "the watermark to move")
        return process

    def caught_up(self, name: str, moment: float) -> bool:
        """Return whether a collector has stored everything sent before `moment`."""
        report = self.report(name)
        return report is not None and all(
            source.connected and source.watermark >= moment for source in report.sources
        )

    def wait_until_stored(self, name: str = "one", clock: Clock = wall_clock) -> None:
        """Wait until everything published before now is stored."""
        now = clock()
        wait_until(lambda: self.caught_up(name, now), "everything to be stored", 30.0)

    def report(self, name: str = "one") -> CollectorReport | None:
        """Return what a collector last reported."""
        text = self.client.hget(layout.LIVE, name)
        return None if text is None else msgspec.json.decode(str(text), type=CollectorReport)

    def age_report(self, name: str, seconds: float) -> None:
        """Make the last report of a dead collector older, instead of waiting for that."""
        report = self.report(name)
        assert report is not None
        report.beat -= seconds
        self.client.hset(layout.LIVE, name, msgspec.json.encode(report))

    def source_report(self, name: str = "one") -> SourceReport:
        """Return what a collector last reported of its only source."""
        report = self.report(name)
        assert report is not None
        [source] = report.sources
        return source

    @property
    def source_id(self) -> str:
        """Id of the usual source."""
        return source_id(amqp_address(self.source()))

    def memory(self, name: str = "one") -> int:
        """Return how many bytes of memory a collector last said that it occupies."""
        report = self.report(name)
        assert report is not None
        return report.memory

    def counters(self, prefix: str) -> dict[str, int]:
        """Return the counters whose names begin with `prefix`, without it."""
        return {
            str(name).removeprefix(prefix): int(count)
            for name, count in self.client.hgetall(layout.COUNTERS).items()
            if str(name).startswith(prefix)
        }

    def facts(self) -> dict[str, heartbeat_keys.Facts]:
        """Return what is known of each component."""
        return {
            str(name): heartbeat_keys.parse_facts(str(text))
            for name, text in self.client.hgetall(heartbeat_keys.FACTS).items()
        }

    def make_queue(self) -> None:
        """Make the usual exchange and queue, as a collector would that ran before."""
        with self.broker.channel() as channel:
            channel.exchange_declare(EXCHANGE, "topic", durable=True)
            channel.queue_declare(QUEUE, durable=True)
            channel.queue_bind(QUEUE, EXCHANGE, "heartbeat.#")

    def publish(self, *bodies: bytes, key: str = KEY) -> None:
        """Publish to the usual exchange, and return when the broker has it."""
        self.broker.publish(EXCHANGE, key, bodies, confirm=len(bodies) <= 100)

    def ask(self, check: str, *options: str, clock: Clock = wall_clock) -> Said:
        """Return what a check answers at the time of `clock`."""
        return Said(*answer(check, ["--redis", self.store.url, *options], clock))

    def heartbeat(self, *options: str, clock: Clock = wall_clock) -> Said:
        """Return what check_heartbeat answers at the time of `clock`."""
        return self.ask("heartbeat", *options, clock=clock)

    def remove(self) -> None:
        """End all collectors."""
        for process in self._started:
            process.kill()


def beat(name: str, at: float, **keys: object) -> bytes:
    """Return a heartbeat of `name` that was sent at `at`."""
    return json.dumps({"name": name, "timestamp": at} | keys).encode()


def later(seconds: float) -> Clock:
    """Return a clock that is ahead by so much."""
    return lambda: wall_clock() + seconds
