"""Where handlers find the source for what is posted, while a collector runs it."""

from collections.abc import Mapping

from blinkenlights.collector.intake import Surroundings
from blinkenlights.web.posting import PostSource
from blinkenlights.web.problems import Unavailable


class Posts:
    """Makes the source when a collector asks for it, and gives it to the handlers."""

    def __init__(self) -> None:
        self._source: PostSource | None = None

    def open(self, around: Surroundings, watermarks: Mapping[str, float]) -> PostSource:
        """Return a new source, which takes what is posted from now on."""
        self._source = PostSource(around.settings.name, around, watermarks)
        return self._source

    @property
    def source(self) -> PostSource:
        """The source; raises Unavailable when there is none yet."""
        if self._source is None:
            raise Unavailable(1, "the store does not answer yet")
        return self._source
