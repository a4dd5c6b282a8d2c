"""Pages and streams compressed for who can take that: on a phone, 20 kB are not 300.

aiohttp would compress each answer anew, and hold back what a stream sends until it ends.
"""

import gzip
import zlib
from functools import lru_cache

from aiohttp import web

_AS_GZIP = 31
"""zlib's `wbits` for the format of gzip."""
_FAST = 5
ZIPPED = {"Content-Encoding": "gzip"}


def takes_gzip(request: web.Request) -> bool:
    """Return whether who asks can read gzip."""
    codings = request.headers.get("Accept-Encoding", "").lower().split(",")
    return any(coding.partition(";")[0].strip() == "gzip" for coding in codings)


@lru_cache(maxsize=8)
def zipped(text: str) -> bytes:
    """Return `text` compressed; once for all who get the same."""
    return gzip.compress(text.encode(), _FAST, mtime=0)


class ZippedStream:
    """Compresses one stream; what was given can be read at once at the other end."""

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(_FAST, wbits=_AS_GZIP)

    def bytes_of(self, text: str) -> bytes:
        """Return what to send for `text`."""
        return self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
