"""One snapshot for all who ask the same at about the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from blinkenlights.clock import Clock
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


class Sharing:
    """Takes snapshots on demand; fifty readers at once cost what one does."""

    def __init__(self, store: StoreThread, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._taken: OrderedDict[Filters, Taken] = OrderedDict()
        self._taking: dict[Filters, asyncio.Task[Taken]] = {}
        self._rendering: dict[tuple[Filters, Render], asyncio.Task[str]] = {}
        self.answered: float | None = None
        """When the store was last heard; None when it never was."""

    async def snapshot(self, filters: Filters) -> Snapshot:
        """Return what matches `filters`, at most `FRESH_SECONDS` old; raises a StoreError."""
        return (await self._get(filters)).snapshot

    async def text(self, filters: Filters, render: Render) -> str:
        """Return what `render` makes of that snapshot; once for all who ask for it."""
        taken = await self._get(filters)
        if render in taken.texts:
            return taken.texts[render]
        key = (filters, render)
        task = self._rendering.get(key)
        if task is None:
            task = asyncio.create_task(self._render(taken, filters, render))
            self._rendering[key] = task
            task.add_done_callback(lambda _: self._rendering.pop(key, None))
        return await asyncio.shield(task)

    async def _get(self, filters: Filters) -> Taken:
        taken = self._taken.get(filters)
        age = asyncio.get_running_loop().time() - taken.at if taken else OLD_SECONDS
        if taken and age < FRESH_SECONDS:
            self._taken.move_to_end(filters)
            return taken
        task = self._taking.get(filters)
        if task is None:
            task = self._taking[filters] = asyncio.create_task(self._take(filters))
            task.add_done_callback(lambda done: self._taken_now(filters, done))
        if taken and taken.took > SLOW_SECONDS and age < OLD_SECONDS:
            return taken
        # One reader who goes away must not end it for the others.
        return await asyncio.shield(task)

    def _taken_now(self, filters: Filters, task: asyncio.Task[Taken]) -> None:
        self._taking.pop(filters, None)
        if not task.cancelled():
            task.exception()  # when nobody waits for it, nobody else looks

    async def _take(self, filters: Filters) -> Taken:
        at = asyncio.get_running_loop().time()
        snapshot = await self._store.ask(lambda store: take(store, self._clock(), filters))
        self.answered = snapshot.made
        took = asyncio.get_running_loop().time() - at
        taken = self._taken[filters] = Taken(snapshot, at, took)
        self._taken.move_to_end(filters)
        while len(self._taken) > MOST_KEPT:
            self._taken.popitem(last=False)
        return taken

    async def _render(self, taken: Taken, filters: Filters, render: Render) -> str:
        text = await self._store.ask(lambda _: render(taken.snapshot, filters))
        taken.texts[render] = text
        return text
