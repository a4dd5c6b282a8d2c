"""Measures how late the loop of a worker runs."""

import asyncio
import logging

from blinkenlights.probing.working.maker import Maker
from blinkenlights.probing.working.pace import TICK, Pace
from blinkenlights.probing.working.setting import Setting

log = logging.getLogger("blinkenlights.probe")


class PaceWatch:
    """Tells the pace, and gives back jobs that would begin late.

    Args:
        pace: Is told.
        maker: Has the jobs.
        setting: Where and as whom.
    """

    def __init__(self, pace: Pace, maker: Maker, setting: Setting) -> None:
        self._pace = pace
        self._maker = maker
        self._setting = setting

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        pace, setting, loop = self._pace, self._setting, asyncio.get_running_loop()
        while True:
            due = loop.time() + TICK
            await asyncio.sleep(TICK)
            was_behind = pace.behind_since is not None
            pace.looked(loop.time() - due, self._maker.busy, setting.clock())
            if pace.is_behind:
                self._maker.return_waiting(f"{setting.who} is behind its schedule")
            if was_behind != (pace.behind_since is not None):
                what = "is in time again" if was_behind else "begins probes late, and takes fewer"
                log.warning("this worker %s", what)
