"""A store with components in every state, for the cores to have checked."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.transfer.fact import Speedo, Transfer
from blinkenlights.kinds.transfer.sums import Delivery
from blinkenlights.kinds.transfer.write import TransferRows
from blinkenlights.kinds.transfer.write_speedos import SpeedoRows
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.report import SourceReport, source_id
from blinkenlights.store.writer import StoreWriter
from servers.batches import Beat, MachineRow, Message, arrival, batch_of, transfer_rows
from servers.installation import monitoring_user
from servers.process import make_folder, remove_folder
from servers.reports import a_report
from servers.valkey import Valkey

INTERVAL = 600
"""Seconds: late after 15 minutes and silent after 20, so that no test is near a limit."""

KINDS = ("heartbeat", "transfer", "machine", "speedo")
ADDRESSES = {kind: f"blinkenlights.{kind} at 127.0.0.1:5672/" for kind in KINDS}
ADDRESS = ADDRESSES["heartbeat"]


class Watched:
    """A store, with a password, that knows `alive`, `late` and `silent|$HOME;`.

    And the clients `moving`, `failing`, every second of whose transfers is bad, and `stopped`; and
    the machines `mdc1:alive`, `mdc1:late`, not seen for an hour, and `mdc1:failing`.

    Its second database is empty: there no collector ever ran.
    """

    def __init__(self, server: Valkey, folder: Path) -> None:
        self.server = server
        self.password_file = folder / "password"
        self.password_file.write_text("secret\n")
        self.password_file.chmod(0o400)
        user = monitoring_user()
        if user is not None:
            shutil.chown(self.password_file, user)
        now = time.time()
        ages = {"alive": 1, "late": 1000, "silent|$HOME;": 2000}
        beats = [
            Beat(
                Heartbeat(name, now - age, INTERVAL, "", '{"queue_depth": 7}'),
                now - age,
                source_id(ADDRESS),
                live=True,
            )
            for name, age in ages.items()
        ]
        asyncio.run(self._write(now - 7200))
        batch = batch_of(beats, transfers=self._transfers(now), machines=self._machines(now))
        asyncio.run(self._write(now, batch))

    @property
    def url(self) -> str:
        """The store with the components."""
        return self.server.url

    @property
    def empty_url(self) -> str:
        """A store in which no collector ever wrote."""
        return self.server.url.removesuffix("0") + "1"

    def report(self, age: float = 0.0) -> None:
        """Write what a running collector writes every second; with an age, it died then."""
        asyncio.run(self._write(time.time() - age))

    def hear(self, *names: str) -> None:
        """Write a heartbeat of further components, which came now."""
        now = time.time()
        beats = [
            Beat(Heartbeat(name, now, INTERVAL, "", "{}"), now, source_id(ADDRESS), live=True)
            for name in names
        ]
        asyncio.run(self._write(now, batch_of(beats)))

    def publish(self, *speedos: tuple[str, str]) -> None:
        """Write speedos with something in them, of scopes and names, that others made now."""
        now = time.time()
        rows = SpeedoRows(arrival(now))
        for scope, name in speedos:
            rows.add(Speedo(now, scope, name, 5, 0, 500, 0, 0.0, 0.0, 60), b"", "", Message())
        asyncio.run(self._write(now, Batch([rows])))

    def _transfers(self, now: float) -> TransferRows:
        ends = [("moving", 201, 1), ("failing", 201, 180), ("failing", 499, 180)]
        ends.append(("stopped", 201, 2000))
        counting = transfer_rows("watched", 1, now)
        for number, (client, code, age) in enumerate(ends):
            fact = Transfer(now - age, "metpx", client, code, 6451, 0.25, "file", "", "")
            counting.deliveries.append(Delivery(fact, f"{number}", again=False))
        return counting

    def _machines(self, now: float) -> list[MachineRow]:
        pool, source = "builds/mac", source_id(ADDRESSES["machine"])
        ends = [("alive", "completed", 1), ("late", "completed", 3600)]
        ends += [("failing", "failed", age) for age in (30, 20, 10)]
        return [
            MachineRow(
                MachineEvent(now - age, f"mdc1:{name}", pool, True, state, "", f"{name}{age}/0"),
                now,
                source,
            )
            for name, state, age in ends
        ]

    async def _write(self, now: float, batch: Batch | None = None) -> None:
        sources = [
            SourceReport(
                source=source_id(address),
                kind=kind,
                transport="amqp",
                address=address,
                connected=True,
                watermark=now,
                ready=0,
            )
            for kind, address in ADDRESSES.items()
        ]
        report = a_report(
            now,
            sources,
            host="monitoring",
            started=now - 7200,
            stored=3,
            stored_per_second=1.0,
            memory=1,
        )
        store = StoreClient(self.url, password="secret")
        try:
            await CollectorRecords(store).report(report)
            if batch:
                await StoreWriter(store).store(batch)
        finally:
            await store.close()


@pytest.fixture
def watched(own_valkey: Callable[..., Valkey]) -> Iterator[Watched]:
    """Give a store with components in every state."""
    folder = make_folder("password")
    folder.chmod(0o755)
    try:
        yield Watched(own_valkey({"requirepass": "secret"}), folder)
    finally:
        remove_folder(folder)
