"""Reads what the broker delivers to a worker: jobs, and what schedulers tell."""

import logging
from collections.abc import Callable, Iterable

import msgspec

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

    def on_job(self, body: bytes, tag: int) -> None:
        """Take a message of the queue of jobs."""
        message = _read(body, "a job")
        if isinstance(message, Job):
            self._maker.take(message, tag)
        elif tag:
            self._dropped(tag)

    def on_told(self, body: bytes, is_for_us: bool) -> None:
        """Take a message of our own queue; `is_for_us` says that no other worker gets it."""
        message = _read(body, "a sheet")
        if isinstance(message, Job):
            self._maker.take(message, 0)
        elif message is not None:
            self._take_sheet(message, is_for_us=is_for_us)

    def _take_sheet(self, sheet: Sheet, *, is_for_us: bool) -> None:
        setting = self._setting
        if setting.clock.heard(sheet.scheduler, sheet.epoch, sheet.now) and is_for_us:
            self._teller.has_witnesses()
            setting.sight.follow(list(self._readable(sheet.witnesses)))
            setting.wake.set()

    def _readable(self, definitions: Iterable[Definition]) -> Iterable[Endpoint]:
        for each in definitions:
            try:
                yield self._setting.endpoints.read(each)
            except CannotProbe:
                continue


def _read(body: bytes, what: str) -> Job | Sheet | None:
    try:
        message: Job | Sheet = decode_for_worker(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("%s means nothing to this version: %s", what, error)
        return None
    return message
