"""Where handlers find the source for what is posted, while a collector runs it."""

import asyncio
from collections.abc import Mapping

from blinkenlights.collector.intake import SourceContext
from blinkenlights.web.posting import STORED_SECONDS, PostSource
from blinkenlights.web.problems import Unavailable


class Posts:
    """Makes the source when a collector asks for it, and gives it to the handlers."""

    def __init__(self) -> None:
        self._source: PostSource | None = None
        self._opened = asyncio.Event()

    def open(self, around: SourceContext, watermarks: Mapping[str, float]) -> PostSource:
        """Return a new source, which takes what is posted from now on."""
        self._source = PostSource(around.settings.name, around, watermarks)
        self._opened.set()
        return self._source

    async def source(self) -> PostSource:
        """Return the source, when the store has answered once; raises Unavailable."""
        try:
            async with asyncio.timeout(STORED_SECONDS):
                await self._opened.wait()
        except TimeoutError:
            pass
        if self._source is None:
            raise Unavailable(5, "the store does not answer; nothing was taken")
        return self._source
