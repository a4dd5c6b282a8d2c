"""Evaluates all rules again and again, one instance at a time, and queues what is to be told.

Any number of instances may run. The one with the lease evaluates; all of them tell.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_hex

from blinkenlights.alert.canary import Canary
from blinkenlights.alert.changing import Records, changes_of, follow
from blinkenlights.alert.evaluation_store import EvaluationStore, LeaseLostError
from blinkenlights.alert.excluding import Excluding
from blinkenlights.alert.planning import Situation
from blinkenlights.alert.saying_files import say_read
from blinkenlights.alert.summing_up import evaluated, summary
from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.outage import Outage
from blinkenlights.plugin.words import count
from blinkenlights.rules import evaluation as rules_evaluation
from blinkenlights.rules.evaluation import Looked
from blinkenlights.rules.files.collection import RuleCollection, RuleFolder
from blinkenlights.store.reader import StoreReader
from blinkenlights.yaml_files.watching import changes

log = logging.getLogger("blinkenlights.alert")

LEASE_INTERVALS = 3
"""An evaluator that dies is followed by another one after so many intervals, or a few seconds."""
LEAST_LEASE_SECONDS = 10.0
USUAL_INTERVALS = 3
"""What holds at two looks held all along when no more intervals lie between them."""
NOTHING = RuleCollection({}, {}, (), (), (), 0)


class Evaluator:
    """Evaluates until stopped.

    Args:
        folder: The folder of rules.
        name: Its name, for people.
        every: Seconds from one evaluation to the next.
        store: Where alerts are kept; closed at the end.
        connect: Opens a reader of the store.
        queued: Called when something is to be told.
        link: Gives the page of a thing.
        clock: The time.
        canary: Sends canaries; None for none.
        environment: Where secrets are.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        every: float,
        store: EvaluationStore,
        connect: Callable[[], StoreReader],
        *,
        queued: Callable[[], None],
        link: Callable[[str, str], str],
        clock: Clock,
        canary: Canary | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._folder = RuleFolder(folder, environment, clock)
        self._name = name
        # Two of the same name, one of them frozen and revived, must not take each other for one.
        self._owner = f"{name} {token_hex(8)}"
        self._every = every
        self._lease_seconds = max(LEAST_LEASE_SECONDS, LEASE_INTERVALS * every)
        self._usual = USUAL_INTERVALS * every
        self._store = store
        self._connect = connect
        self._queued = queued
        self._link = link
        self._clock = clock
        self._canary = canary
        self._collection = NOTHING
        self._evaluation = rules_evaluation.Evaluation()
        self._records: Records = {}
        self._excluding = Excluding()
        self._epoch = 0
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._judging = asyncio.Lock()
        """Nobody changes what is judged meanwhile."""
        self._outage = Outage("evaluating", "nobody is told of what changes until it works again")

    def stop(self) -> None:
        """Let `run` come to its end after the evaluation in hand."""
        self._stopping.set()
        self._changed.set()

    async def run(self) -> None:
        """Evaluate until `stop`."""
        following = asyncio.create_task(self._follow_files())
        try:
            while not self._stopping.is_set():
                try:
                    await self.evaluate_if_ours()
                    self._outage.worked("evaluate")
                except StoreError as error:
                    self._outage.failed("evaluate", error)
                await self._rest()
            await self._leave()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def evaluate_if_ours(self) -> bool:
        """Evaluate once, if no other instance does; returns whether it was us.

        Raises a StoreError.
        """
        epoch = await self._store.lease(self._owner, self._lease_seconds)
        if not epoch:
            self._epoch = 0
            return False
        if epoch != self._epoch:
            log.info("%s evaluates the rules of %s", self._name, self._folder.path)
            self._epoch, self._records = epoch, await self._store.records()
        if not self._collection.files:
            await self.look_at_files()
        keeping = asyncio.create_task(self._keep_lease())
        try:
            await self._evaluate(epoch)
        except LeaseLostError:
            log.warning("another instance evaluates by now; nothing of ours was written")
            self._epoch = 0
            return False
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        return True

    async def _keep_lease(self) -> None:
        """Prolong the lease while an evaluation lasts, which may be longer than it.

        Otherwise each of two instances would lose it to the other before it has written anything.
        One that was over has another epoch by now, with which nothing is written.
        """
        while True:
            await asyncio.sleep(self._lease_seconds / LEASE_INTERVALS)
            with contextlib.suppress(StoreError):
                await self._store.lease(self._owner, self._lease_seconds)

    async def look_at_files(self) -> None:
        """Read files that have changed."""
        async with self._judging:
            if not await asyncio.to_thread(self._folder.look):
                return
            before, collection = self._collection, self._folder.collection()
            self._collection = collection
            self._evaluation.follow(self._joined().rules)
        say_read(before, collection)

    async def _follow_files(self) -> None:
        async for _ in changes(self._folder.path, self._stopping):
            await self.look_at_files()
            self._changed.set()

    async def _evaluate(self, epoch: int) -> None:
        async with self._judging:
            began, files, collection = self._clock(), self._collection, self._joined()
            looked = await asyncio.to_thread(self._look, began)
        situation = Situation(
            now=began,
            routes=collection.routes,
            receivers=collection.receivers,
            silences=await self._store.silences(),
            maintenance=collection.maintenance,
            acknowledged=await self._store.acknowledged(),
            link=self._link,
        )
        await self._store.remember(list(collection.receivers.values()))
        # Beside the loop, which prolongs the lease and lets senders tell.
        made = await asyncio.to_thread(
            changes_of, self._records, collection, looked, situation, self._usual
        )
        # A long one is followed by the next one so much later: it is not stale before that.
        every = self._every + max(0.0, self._clock() - began)
        refused = await self._store.commit(
            epoch,
            made,
            evaluated(files, looked, began, every),
            summary(
                files,
                looked,
                began=began,
                ended=self._clock(),
                every=every,
                by=self._name,
            ),
        )
        for change in made:
            follow(self._records, change)
        if refused:
            # Somebody wrote to the store by hand, or it went back.
            log.warning("%s of others; read again", count(len(refused), "record"))
            self._records = await self._store.records()
        if self._canary:
            await self._canary.fly(looked, began)
        if any(change.outgoing for change in made):
            self._queued()

    def _joined(self) -> RuleCollection:
        return self._canary.joined(self._collection) if self._canary else self._collection

    def _look(self, now: float) -> Looked:
        with self._connect() as reader:
            self._excluding.tell(reader, self._collection.maintenance, now)
            return self._evaluation.look(reader, now, self._records.keys())

    async def _leave(self) -> None:
        try:
            await self._store.leave(self._owner)
        except StoreError as error:
            log.warning("the lease was not given back: %s", error)

    async def _rest(self) -> None:
        """Wait for the next evaluation, or for files that have changed."""
        self._changed.clear()
        if self._stopping.is_set():
            return
        try:
            async with asyncio.timeout(self._every):
                await self._changed.wait()
        except TimeoutError:
            return
