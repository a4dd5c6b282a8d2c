"""A collector at work, and what it is given and writes."""

import asyncio
import json
import threading
from collections.abc import Iterable
from typing import Any

import redis

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.config import AmqpConfig, CollectorConfig, Config, LinesConfig, StoreConfig
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.store import layout
from servers.waiting import wait_for_end, wait_until

QUEUE = "blinkenlights.heartbeat"
EXCHANGE = "blinkenlights"
KEY = "heartbeat.test"


class SettableClock:
    """The present, or a moment that is `ahead` of it by so many seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Return that moment."""
        return wall_clock() + self.ahead


class RunningCollector:
    """A collector in a thread of its own, with a clock that can be set."""

    def __init__(self, config: Config, clock: Clock = wall_clock) -> None:
        self.config = config
        self.collector = Collector(config, clock)
        self._loop = asyncio.new_event_loop()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self.collector.run())
        except BaseException as error:  # noqa: BLE001 - the test's thread raises it
            self._error = error
        finally:
            self._loop.close()

    def join(self) -> None:
        """Wait until it has ended by itself."""
        wait_for_end(self._thread)

    def stop(self) -> None:
        """End it as SIGTERM does; raises what it failed with."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.collector.stop)
            wait_for_end(self._thread)
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def reload(self, config: Config) -> None:
        """Give it another configuration, as SIGHUP does."""
        self.config = config
        self._loop.call_soon_threadsafe(self.collector.reload, config)


def amqp_config(url: str, **others: Any) -> AmqpConfig:  # noqa: ANN401 - any key of it
    """Return a source as in the documentation, at `url`."""
    keys = {"exchange": EXCHANGE, "queue": QUEUE, "kind": "heartbeat", "keys": ["heartbeat.#"]}
    return AmqpConfig(url=url, **(keys | others))


def config(
    store: str,
    amqp: Iterable[AmqpConfig] = (),
    lines: Iterable[LinesConfig] = (),
    **settings: Any,  # noqa: ANN401 - any key of [collector]
) -> Config:
    """Return a configuration for the store at a URL."""
    return Config(
        store=StoreConfig(url=store),
        amqp=list(amqp),
        lines=list(lines),
        collector=CollectorConfig(**({"name": "test"} | settings)),
    )


def heartbeat(name: str, event: float | None = None, **others: object) -> bytes:
    """Return a heartbeat, sent now unless `event` says otherwise."""
    timestamp = wall_clock() if event is None else event
    return json.dumps({"name": name, "timestamp": timestamp, **others}).encode()


def line(name: str, event: float | None = None, **others: object) -> bytes:
    """Return a heartbeat as a JSON line."""
    return heartbeat(name, event, kind="heartbeat", **others) + b"\n"


class Stored:
    """What is in a store, as far as collectors write it."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client

    def components(self) -> set[str]:
        """Return everybody who was ever heard."""
        return {str(name) for name in self.client.hkeys(heartbeat_keys.FACTS)}

    def facts(self, component: str) -> heartbeat_keys.Facts:
        """Return what is known of one component; fails when it was never heard."""
        text = self.client.hget(heartbeat_keys.FACTS, component)
        assert text is not None
        return heartbeat_keys.parse_facts(str(text))

    def count(self, counter: str) -> int:
        """Return one of the counters."""
        return int(self.client.hget(layout.COUNTERS, counter) or 0)

    def report(self, name: str = "test") -> dict[str, Any] | None:
        """Return the newest report of a collector."""
        text = self.client.hget(layout.LIVE, name)
        return None if text is None else dict(json.loads(text))

    def source(self, number: int = 0) -> dict[str, Any] | None:
        """Return what the newest report says of one source."""
        report = self.report()
        if report is None or len(report["sources"]) <= number:
            return None
        return dict(report["sources"][number])

    def gaps(self) -> list[dict[str, Any]]:
        """Return the gaps on record, the newest first."""
        return [json.loads(text) for text in self.client.lrange(layout.GAPS, 0, -1)]

    def samples(self) -> list[dict[str, Any]]:
        """Return the samples of rejected messages, the newest first."""
        return [json.loads(text) for text in self.client.lrange(layout.SAMPLES, 0, -1)]

    def wait_for(self, *components: str, seconds: float = 10.0) -> None:
        """Wait until all of these were heard."""
        wanted = set(components)
        wait_until(lambda: wanted <= self.components(), f"{components} to be stored", seconds)

    def wait_until_caught_up(self, after: float | None = None, seconds: float = 20.0) -> None:
        """Wait until the first source has a watermark newer than `after`, by default now."""
        moment = wall_clock() if after is None else after

        def is_newer() -> bool:
            source = self.source()
            return source is not None and source["connected"] and source["watermark"] > moment

        wait_until(is_newer, "the watermark to reach the present", seconds)
