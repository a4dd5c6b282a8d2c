"""Replays captured messages in virtual time: decoded, stored and judged by what does it in earnest.

A store of its own is started for it, in a folder that is gone afterwards. Its messages come when
they were captured, or, where a capture does not say, when their senders say that they were sent.
"""

import asyncio
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from blinkenlights.alert.changing import Records, changes_of, follow
from blinkenlights.alert.planning import Situation
from blinkenlights.collector.batch import read
from blinkenlights.commands.rules.testing.collecting import (
    ADDRESS,
    add_numbers,
    decoder,
    origin_of,
    report_at,
)
from blinkenlights.commands.rules.testing.comparing import Comparing, Fault, unknown, vain
from blinkenlights.commands.rules.testing.file import Trial
from blinkenlights.commands.rules.testing.running import USUAL_LOOKS
from blinkenlights.commands.rules.testing.said import NOBODY, Said, said_of, untold
from blinkenlights.errors import UsageError
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.kinds.signal import Arrival, Decode
from blinkenlights.plugin.words import span
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
"""Seconds from one look to the next, where no test says how many."""
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
    found, _ = _replayed(path, collection, EVERY, lambda _at, _records: None)
    return found._replace(said=[each._replace(at=found.start + each.at) for each in found.said])


def faults_of_replay(trial: Trial, collection: RuleCollection) -> list[Fault]:
    """Return what is not as a test on captured messages wants it. Raises as `replayed` does."""
    faults = [*vain(trial, collection)]
    if faults or trial.replay is None:
        return faults
    comparing = Comparing(trial)
    found, names = _replayed(trial.replay, collection, trial.every, comparing.look)
    end = found.end - found.start
    faults = [
        Fault(
            each.line,
            f"{span(each.at)} is past the end of {trial.replay.name}, whose last message comes at "
            f"{span(round(end))}: nobody says what comes then",
        )
        for each in trial.wanted
        if each.at > end
    ]
    faults += [
        Fault(trial.line, f"{refused}: a test is of messages that can be read")
        for refused in found.refused[:1]
    ]
    told = [each for each in found.said if each.to != NOBODY]
    return faults or [*unknown(trial, names)] or comparing.faults(told)


def _replayed(
    path: Path,
    collection: RuleCollection,
    every: float,
    look: Callable[[float, Records], None],
) -> tuple[Replayed, set[str]]:
    """Return what comes of messages, moments since the first, and the names of things judged."""
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
    looks = int((end - start) // every) + 2
    if looks > MOST_LOOKS:
        raise UsageError(f"{path} lasts too long: {looks:,} looks, at most {MOST_LOOKS:,}")
    replay = asyncio.run(_replay(dated, decode, collection, (every, looks), look))
    found = Replayed(start, end, len(dated), refused, replay.said, replay.things)
    return found, replay.names


async def _replay(
    dated: Sequence[_Dated],
    decode: Decode,
    collection: RuleCollection,
    looks: tuple[float, int],
    look: Callable[[float, Records], None],
) -> "_Replay":
    every, number = looks
    with TemporaryDirectory(prefix="blinkenlights-") as folder:
        async with EmbeddedStore(Path(folder), rules_of_embedded()) as embedded:
            settings = StoreSettings(embedded.url, embedded.username, str(embedded.password_file))
            client = StoreClient.of(settings)
            try:
                replay = _Replay(client, settings, decode, collection, (dated[0].at, every))
                waiting = list(reversed(dated))
                for place in range(number):
                    now = dated[0].at + place * every
                    came = []
                    while waiting and waiting[-1].at <= now:
                        came.append(waiting.pop().captured)
                    await replay.look(came, now, place + 1)
                    look(place * every, replay.records)
                return replay
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
        times: tuple[float, float],
    ) -> None:
        self.said: list[Said] = []
        self.records = Records()
        self.things = 0
        self._start, self._every = times
        self._now = 0.0
        self._settings = settings
        self._decode = decode
        self._writer = StoreWriter(client, lambda: self._now)
        self._reports = CollectorRecords(client)
        self._collection = collection
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
            looked = self._evaluation.look(reader, now, self.records.keys())
        self.things = looked.things
        situation = Situation(
            now=now,
            routes=self._collection.routes,
            receivers=self._collection.receivers,
            maintenance=self._collection.maintenance,
        )
        usual, at = USUAL_LOOKS * self._every, now - self._start
        for change in changes_of(self.records, self._collection, looked, situation, usual):
            self.said += said_of(change, at) or untold(change, at)
            follow(self.records, change)

    @property
    def names(self) -> set[str]:
        """Return the names of all things that rules are about."""
        return {found.thing.name for found in self._evaluation.all_found()}
