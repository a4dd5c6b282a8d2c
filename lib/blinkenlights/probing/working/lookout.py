"""Asks witnesses again and again while a worker reaches nothing."""

import asyncio

from blinkenlights.probing.working.setting import Setting

LOOK_SECONDS = 1.0
"""How often witnesses are asked while nothing is reached."""


class Lookout:
    """Looks in a task of its own.

    Args:
        setting: What all parts of the worker share; it is woken after each look.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._task: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")

    def look(self) -> None:
        """Begin to look, unless that happens just now or did a moment ago."""
        is_looking = self._task is not None and not self._task.done()
        ticks = asyncio.get_running_loop().time()
        may_look = self._setting.sight.has_witnesses and ticks - self._looked_at >= LOOK_SECONDS
        if may_look and not is_looking:
            self._looked_at = ticks
            self._task = asyncio.create_task(self._setting.sight.look())
            self._task.add_done_callback(lambda _: self._setting.wake.set())

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
