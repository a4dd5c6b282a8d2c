"""The endpoint files of a prober, read again whenever they change, and what each change means."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.plugin.words import count
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.collection import Collection, EndpointFolder
from blinkenlights.probing.owned import owned
from blinkenlights.yaml_files.watching import changes

log = logging.getLogger("blinkenlights.probe")


class Change(NamedTuple):
    """What a folder said before and what it says now."""

    before: Collection
    after: Collection
    own: Mapping[str, Endpoint]
    """Those of the endpoints now that this prober has."""

    @property
    def gone(self) -> set[str]:
        """Endpoints that no file names any more."""
        return self.before.endpoints.keys() - self.after.endpoints.keys()

    @property
    def is_first(self) -> bool:
        """Whether these are the first files that are read. A folder that is away has none."""
        return not self.before.files and bool(self.after.files)


class FollowedFiles:
    """The files of one prober.

    Args:
        folder: Where they are.
        prober: Its name.
        clock: The time.
        location: From where it probes, and others all else. None for a scheduler, which has all
            endpoints: workers elsewhere probe them, so secrets of requests may be missing here.
    """

    def __init__(self, folder: str, prober: str, clock: Clock, location: str | None) -> None:
        self.path = Path(folder)
        self.collection = Collection({}, (), (), 0)
        """What they say as of the last look."""
        self._prober = prober
        self._location = location
        self._folder = EndpointFolder(self.path, os.environ, clock, is_scheduled=location is None)

    @property
    def own(self) -> Mapping[str, Endpoint]:
        """The endpoints that this prober has."""
        if self._location is None:
            return self.collection.endpoints
        return self.collection.at(self._location)

    async def changes(self, closing: asyncio.Event) -> AsyncIterator[Change]:
        """Give each change until closing; the first one is that there are any."""
        async for _ in changes(self.path, closing):
            if await asyncio.to_thread(self._folder.look):
                before, self.collection = self.collection, self._folder.collection()
                change = Change(before, self.collection, self.own)
                _log(change)
                yield change

    async def met(self, store: RetryingStore) -> Mapping[str, str]:
        """Return whose last result came by this prober, each with the address where it was met.

        What stands in a file that cannot be read may be in it still, and is left out.
        """
        broken = {problem.file for problem in self.collection.problems}
        return await owned(store, self._prober, broken)


def _log(change: Change) -> None:
    before, after, own = change
    others = len(after.endpoints) - len(own)
    left = f", {others} more for other locations" if others else ""
    log.info("%s in %s%s", count(len(own), "endpoint"), count(after.files, "file"), left)
    for problem in after.problems:
        if problem not in before.problems:
            where = f"{problem.file} line {problem.line}" if problem.line else problem.file
            log.warning("%s: %s", where, problem.sentence)
