"""Replays captured messages in virtual time: decoded, stored and judged by what does it in earnest.

A store of its own is started for it, in a folder that is gone afterwards. Its messages come when
they were captured, or, where a capture does not say, when their senders say that they were sent.
"""

import asyncio
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from blinkenlights.alert.changing import Records, changes_of
from blinkenlights.alert.evaluation_store import Change
from blinkenlights.alert.planning import Situation
from blinkenlights.collector.batch import read
from blinkenlights.commands.rules.testing.collecting import (
    ADDRESS,
    add_numbers,
    decoder,
    origin_of,
    report_at,
)
from blinkenlights.commands.rules.testing.running import USUAL_LOOKS, Said, follow, said_of
from blinkenlights.errors import UsageError
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.kinds.signal import Arrival, Decode
from blinkenlights.rules.evaluation import Evaluation
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.report import source_id
from blinkenlights.store.settings import StoreSettings
from blinkenlights.store.writer import StoreWriter
from blinkenlights.transferlog.captured import Captured, read_capture

STORE_SECONDS = 30.0
EVERY = 15.0
"""Seconds from one look to the next."""
MOST_LOOKS = 50_000


class Replayed(NamedTuple):
    """What came of a replay. Times are seconds since the epoch."""

    start: float
    end: float
    messages: int
    refused: Sequence[str]
    """Messages that hold nothing, and why."""
    said: Sequence[Said]
    """Who was told what, or would have been if a rule told anybody."""
    things: int
    """How many things rules were about at the end."""


class _Dated(NamedTuple):
    at: float
    captured: Captured


def replayed(path: Path, collection: RuleCollection) -> Replayed:
    """Return what comes of messages that were captured. Raises UsageError, ConfigError, StoreError.

    Args:
        path: A file of messages.
        collection: Rules, and who is told.
    """
    decode = decoder()
    dated, refused = list[_Dated](), list[str]()
    for each in read_capture(path):
        fact = decode(each.body, each.key, each.properties, each.receipt, "")
        if isinstance(fact, Rejected | Skipped):
            refused.append(f"{path}:{each.line}: {fact.reason}")
        else:
            dated.append(_Dated(fact.event if each.receipt is None else each.receipt, each))
    if not dated:
        raise UsageError(f"{path} has no message that could be read: {'; '.join(refused[:3])}")
    dated.sort(key=attrgetter("at"))
    start, end = dated[0].at, dated[-1].at
    looks = int((end - start) // EVERY) + 2
    if looks > MOST_LOOKS:
        raise UsageError(f"{path} lasts too long: {looks:,} looks, at most {MOST_LOOKS:,}")
    said, things = asyncio.run(_replay(dated, decode, collection, looks))
    return Replayed(start, end, len(dated), refused, said, things)


async def _replay(
    dated: Sequence[_Dated], decode: Decode, collection: RuleCollection, looks: int
) -> tuple[list[Said], int]:
    with TemporaryDirectory(prefix="blinkenlights-") as folder:
        async with EmbeddedStore(Path(folder), rules_of_embedded()) as embedded:
            settings = StoreSettings(embedded.url, embedded.username, str(embedded.password_file))
            client = StoreClient.of(settings)
            try:
                replay = _Replay(client, settings, decode, collection)
                waiting = list(reversed(dated))
                for look in range(looks):
                    now = dated[0].at + look * EVERY
                    came = []
                    while waiting and waiting[-1].at <= now:
                        came.append(waiting.pop().captured)
                    await replay.look(came, now, look + 1)
                return replay.said, replay.things
            finally:
                await client.close()


class _Replay:
    """A collector and an evaluator in virtual time."""

    def __init__(
        self,
        client: StoreClient,
        settings: StoreSettings,
        decode: Decode,
        collection: RuleCollection,
    ) -> None:
        self.said: list[Said] = []
        self.things = 0
        self._now = 0.0
        self._settings = settings
        self._decode = decode
        self._writer = StoreWriter(client, lambda: self._now)
        self._reports = CollectorRecords(client)
        self._collection = collection
        self._records = Records()
        self._evaluation = Evaluation()
        self._evaluation.follow(collection.rules)

    async def look(self, came: Sequence[Captured], now: float, number: int) -> None:
        """Store what came, and evaluate."""
        self._now = now
        if came:
            messages = [(each.body, origin_of(each), each.properties) for each in came]
            arrival = Arrival(source_id(ADDRESS), now, live=True, session="replay", number=number)
            reading = read(messages, self._decode, arrival, without_room={})
            add_numbers(reading)
            await self._writer.store(reading.batch)
        await self._reports.report(report_at(now))
        with StoreReader(self._settings.address(), STORE_SECONDS) as reader:
            looked = self._evaluation.look(reader, now, self._records.keys())
        self.things = looked.things
        situation = Situation(
            now=now,
            routes=self._collection.routes,
            receivers=self._collection.receivers,
            maintenance=self._collection.maintenance,
        )
        usual = USUAL_LOOKS * EVERY
        for change in changes_of(self._records, self._collection, looked, situation, usual):
            self.said += said_of(change, now) or _untold(change, now)
            follow(self._records, change)


def _untold(change: Change, now: float) -> list[Said]:
    """Return that an alert began or ended of which nobody is told."""
    was, is_ = (record is not None and record.track.is_firing for record in change[2:4])
    record = change.after if is_ else change.before
    if was == is_ or record is None:
        return []
    track = record.track
    said = Said(now, record.rule, record.thing, "fired", track.level, "nobody", track.why)
    return [said if is_ else said._replace(what="resolved")]
