"""One snapshot for all who ask the same at about the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from blinkenlights.clock import Clock
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.shown import Filters, Snapshot
from blinkenlights.web.snapshot import take
from blinkenlights.web.store_thread import StoreThread

FRESH_SECONDS = 1.0
"""How old a snapshot may be that somebody gets: nothing is taken more often."""
SLOW_SECONDS = 0.1
"""A snapshot that takes longer, because half a fleet is silent, is not waited for..."""
OLD_SECONDS = 3.0
"""...by those who can have one that is not older than this."""
MOST_KEPT = 64
"""Snapshots for different filters; of more, those that nobody asked for lately are forgotten."""

T = TypeVar("T")

Render = Callable[[Snapshot, Filters], str]
"""Makes text of a snapshot. It runs in the thread of the store."""


@dataclass
class Taken:
    """A snapshot, and what was made of it."""

    snapshot: Snapshot
    at: float
    """When it was begun, by the event loop's clock."""
    took: float
    """Seconds."""
    texts: dict[Render, str] = field(default_factory=dict)
    asked: set[Render] = field(default_factory=set)
    """What somebody wanted of it, so that the next one is made with that."""


class Shared(Generic[T]):
    """Work that some wait for; cancelled when the last of them has gone.

    Args:
        work: It.
        over: Called when nobody is to wait for it any more.
    """

    def __init__(self, work: Coroutine[None, None, T], over: Callable[[], object]) -> None:
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(self._done)
        self._over = over
        self._is_over = False
        self._waiting = 0
        self.is_kept = False
        """Whether it goes on although nobody waits, for those who come next."""

    async def result(self) -> T:
        """Return what comes of it; raises what it raises."""
        self._waiting += 1
        try:
            # One reader who goes away must not end it for the others.
            return await asyncio.shield(self._task)
        finally:
            self._waiting -= 1
            if not (self._waiting or self.is_kept or self._task.done()):
                self._end()
                self._task.cancel()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._over()

    def _done(self, task: asyncio.Task[T]) -> None:
        self._end()
        if not task.cancelled():
            task.exception()  # when nobody waits for it, nobody else looks


class Sharing:
    """Takes snapshots on demand; fifty readers at once cost what one does.

    Args:
        thread_for: Gives what answers for filters.
        clock: The time.
    """

    def __init__(self, thread_for: Callable[[Filters], StoreThread], clock: Clock) -> None:
        self._thread_for = thread_for
        self._clock = clock
        self._taken: OrderedDict[Filters, Taken] = OrderedDict()
        self._taking: dict[Filters, Shared[Taken]] = {}
        self._rendering: dict[tuple[Filters, Render], Shared[str]] = {}
        self.answered: float | None = None
        """When the store was last heard; None when it never was."""

    async def snapshot(self, filters: Filters, asker: str) -> Snapshot:
        """Return what matches `filters`, at most `FRESH_SECONDS` old.

        Raises a StoreError; Unavailable or TooMany when too many wait for the store.
        """
        return (await self._get(filters, asker)).snapshot

    async def text(self, filters: Filters, render: Render, asker: str) -> str:
        """Return what `render` makes of that snapshot; once for all who ask for it."""
        taken = await self._get(filters, asker)
        taken.asked.add(render)
        if render in taken.texts:
            return taken.texts[render]
        key = (filters, render)
        shared = self._rendering.get(key)
        if shared is None:
            work = self._render(taken, filters, render, asker)
            shared = Shared(work, lambda: self._rendering.pop(key, None))
            self._rendering[key] = shared
        return await shared.result()

    async def _get(self, filters: Filters, asker: str) -> Taken:
        taken = self._taken.get(filters)
        age = asyncio.get_running_loop().time() - taken.at if taken else OLD_SECONDS
        if taken and age < FRESH_SECONDS:
            self._taken.move_to_end(filters)
            return taken
        shared = self._taking.get(filters)
        if shared is None:
            work = self._take(filters, asker)
            shared = Shared(work, lambda: self._taking.pop(filters, None))
            self._taking[filters] = shared
        if taken and taken.took > SLOW_SECONDS and age < OLD_SECONDS:
            shared.is_kept = True
            return taken
        return await shared.result()

    async def _take(self, filters: Filters, asker: str) -> Taken:
        time = asyncio.get_running_loop().time
        before = self._taken.get(filters)
        renders = list(before.asked) if before else []

        def work(store: StoreReader) -> Taken:
            at = time()
            snapshot = take(store, self._clock(), filters)
            # Whoever asks meanwhile gets the one before, and nobody waits for this text.
            texts = {render: render(snapshot, filters) for render in renders}
            return Taken(snapshot, at, time() - at, texts)

        taken = await self._thread_for(filters).ask(work, asker)
        self.answered = taken.snapshot.made
        self._taken[filters] = taken
        self._taken.move_to_end(filters)
        while len(self._taken) > MOST_KEPT:
            self._taken.popitem(last=False)
        return taken

    async def _render(self, taken: Taken, filters: Filters, render: Render, asker: str) -> str:
        thread = self._thread_for(filters)
        text = await thread.ask(lambda _: render(taken.snapshot, filters), asker)
        taken.texts[render] = text
        return text
