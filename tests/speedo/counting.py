"""A store that counts transfers as a collector would, and speedos as they arrive."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import NamedTuple

import pika

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.decode_speedo import parse
from blinkenlights.kinds.transfer.fact import Speedo, Transfer
from blinkenlights.kinds.transfer.sums import Delivery
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.report import SourceReport
from blinkenlights.store.writer import StoreWriter
from servers.batches import batch_of, transfer_rows
from servers.rabbitmq import Broker
from servers.reports import a_report
from servers.valkey import Valkey

QUEUE = "speedos"


class Counted(NamedTuple):
    """Totals, as the store or as speedos have them."""

    good: int
    bad: int
    good_bytes: int
    bad_bytes: int


class CountingStore:
    """Counts transfers, and reports as a collector that hears everything."""

    def __init__(self, valkey: Valkey) -> None:
        self.valkey = valkey
        self._number = 0

    def report(
        self,
        beat: float | None = None,
        stopped: float | None = None,
        behind: float = 0.0,
        away: float = 0.0,
    ) -> None:
        """Write the report of a collector whose first queue is empty.

        With `behind` it has a second one, which is stored up to so many seconds ago. With `away` it
        lost the broker so many seconds ago.
        """
        moment = wall_clock() if beat is None else beat
        sources = [
            SourceReport(
                source=address,
                kind="transfer",
                transport="amqp",
                address=address,
                connected=not away,
                watermark=moment - late - away,
                ready=0,
            )
            for address, late in (("somewhere", 0.0), ("elsewhere", behind))
            if late or address == "somewhere"
        ]
        collector = a_report(moment, sources, name="test", stopped=stopped)

        async def write(store: StoreClient) -> None:
            await CollectorRecords(store).report(collector)

        self._with_store(write)

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Report now and twice a second."""
        over = Event()

        def report() -> None:
            while not over.wait(0.5):
                self.report()

        self.report()
        thread = Thread(target=report)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def count(self, transfers: Iterable[Transfer], *, live: bool = False) -> None:
        """Count transfers."""
        self._number += 1
        deliveries = [
            Delivery(fact, f"{self._number}-{place}", again=False)
            for place, fact in enumerate(transfers)
        ]
        rows = transfer_rows("test", self._number, wall_clock(), deliveries, live=live)
        batch = batch_of(transfers=rows)

        async def write(store: StoreClient) -> None:
            await StoreWriter(store).store(batch)

        self._with_store(write)

    def totals(self, scope: str, name: str) -> Counted:
        """Return what was counted of a client or source; nothing, where nothing was."""
        with self.valkey.client(decode_responses=False) as client:
            packed = client.hget(keys.COUNTS + scope, name)
        assert packed is None or isinstance(packed, bytes)
        return Counted(*keys.parse_counts(packed)[:4]) if packed else Counted(0, 0, 0, 0)

    def _with_store(self, write: object) -> None:
        async def run() -> None:
            store = StoreClient(self.valkey.url)
            try:
                await write(store)  # type: ignore[operator]
            finally:
                await store.close()

        asyncio.run(run())


def transfer(
    client: str, source: str = "metpx", code: int = 201, size: int = 100, age: float = 0.0
) -> Transfer:
    """Return a transfer that ended `age` seconds ago."""
    return Transfer(wall_clock() - age, source, client, code, size, 0.1, "file", "", "")


class Arrived(NamedTuple):
    """A message as it arrived."""

    exchange: str
    key: str
    body: str
    id: str
    headers: dict[str, object]

    @property
    def speedo(self) -> Speedo:
        """What it says."""
        found = parse(self.body.encode(), self.key, headers=self.headers)
        assert not isinstance(found, Skipped | Rejected), found
        return found


class Listening:
    """A queue bound to exchanges, and all that ever arrived in it."""

    def __init__(self, broker: Broker, *exchanges: str, queue: str = QUEUE) -> None:
        self._broker = broker
        self._queue = queue
        self.arrived: list[Arrived] = []
        with broker.channel() as channel:
            channel.queue_declare(queue, durable=True)
            for exchange in exchanges:
                channel.exchange_declare(exchange, "topic", durable=True)
                channel.queue_bind(queue, exchange, "#")

    def take(self) -> list[Arrived]:
        """Take what is ready; returns all that ever arrived."""
        with self._broker.channel() as channel:
            while True:
                method, properties, body = channel.basic_get(self._queue, auto_ack=True)
                if method is None or body is None:
                    return self.arrived
                assert isinstance(properties, pika.BasicProperties)
                self.arrived.append(
                    Arrived(
                        method.exchange or "",
                        method.routing_key or "",
                        body.decode(),
                        properties.message_id or "",
                        dict(properties.headers or {}),
                    )
                )

    def of(self, key: str, exchange: str = "log") -> list[Arrived]:
        """Take what is ready; returns what arrived by a key."""
        return [each for each in self.take() if (each.exchange, each.key) == (exchange, key)]


def summed(arrived: Iterable[Arrived]) -> Counted:
    """Return the sum of speedos, each counted once: by its id, as docs/speedo.md says."""
    speedos = [each.speedo for each in {one.id: one for one in arrived}.values()]
    return Counted(
        sum(each.good for each in speedos),
        sum(each.bad for each in speedos),
        sum(each.good_bytes for each in speedos),
        sum(each.bad_bytes for each in speedos),
    )
