"""Reads what the broker delivers to a worker: jobs, and what schedulers tell.

Whoever has the rights of a worker elsewhere cannot send either. But he can have what was told to
his own location delivered once more, and later, with another key; so the location in it has to be
ours.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

import msgspec

from blinkenlights.outage import SAID_AGAIN_SECONDS
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.jobs.messages import Definition, Job, Sheet, decode_for_worker
from blinkenlights.probing.working.known_endpoints import CannotProbe
from blinkenlights.probing.working.maker import Maker
from blinkenlights.probing.working.setting import Setting
from blinkenlights.probing.working.teller import Teller

log = logging.getLogger("blinkenlights.probe")


class Inbox:
    """Hands on what it reads.

    Args:
        setting: Where and as whom.
        maker: Takes jobs.
        teller: Is told that witnesses came.
        dropped: Is given the tag of a message of the queue of jobs that is no job.
    """

    def __init__(
        self, setting: Setting, maker: Maker, teller: Teller, dropped: Callable[[int], None]
    ) -> None:
        self._setting = setting
        self._maker = maker
        self._teller = teller
        self._dropped = dropped
        self._chosen_of = 0
        """Of how many endpoints the witnesses were chosen."""
        self._unread = 0
        self._unread_said = float("-inf")

    def on_job(self, body: bytes, tag: int) -> None:
        """Take a message of the queue of jobs."""
        message = self._read(body, "a job")
        if isinstance(message, Job):
            self._maker.take(message, tag)
        elif tag:
            self._dropped(tag)

    def on_told(self, body: bytes, is_for_us: bool) -> None:
        """Take a message of our own queue; `is_for_us` says that no other worker gets it."""
        message = self._read(body, "a sheet")
        if isinstance(message, Job):
            self._maker.take(message, 0)
        elif message is not None:
            self._take_sheet(message, is_for_us=is_for_us)

    def _take_sheet(self, sheet: Sheet, *, is_for_us: bool) -> None:
        setting = self._setting
        if sheet.location != setting.location:
            return
        if not setting.clock.heard(sheet.scheduler, sheet.epoch, sheet.now):
            return
        if is_for_us:
            self._chosen_of = sheet.endpoints
            self._teller.has_witnesses()
            setting.sight.follow(list(self._readable(sheet.witnesses)))
            setting.wake.set()
        elif sheet.endpoints != self._chosen_of:
            # Without one a worker that is cut off would call everything bad that is new.
            self._teller.wants_witnesses()

    def _readable(self, definitions: Iterable[Definition]) -> Iterable[Endpoint]:
        for each in definitions:
            try:
                yield self._setting.endpoints.read(each)
            except CannotProbe:
                continue

    def _read(self, body: bytes, what: str) -> Job | Sheet | None:
        try:
            message: Job | Sheet = decode_for_worker(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._say_unread(f"{what} ({error})")
            return None
        return message

    def _say_unread(self, what: str) -> None:
        """Say once a minute what means nothing: of a newer scheduler that is each message."""
        self._unread += 1
        ticks = asyncio.get_running_loop().time()
        if ticks - self._unread_said >= SAID_AGAIN_SECONDS:
            log.warning(
                "%d messages mean nothing to this version, such as %s; let worker and scheduler "
                "have the same version",
                self._unread,
                what,
            )
            self._unread, self._unread_said = 0, ticks
