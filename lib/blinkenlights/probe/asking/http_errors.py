"""What an error of aiohttp means, as a sentence of ours.

Its own texts repeat the URL with its secrets, and speak of its classes.
"""

import errno
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

import aiohttp

from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.progress import Progress
from blinkenlights.probe.asking.sentences import no_handshake, not_trusted, reason

if TYPE_CHECKING:
    from blinkenlights.probe.observation import Trouble

HEADER_LIMIT = 32_768
"""Bytes of one line of an answer's header, name and value together."""
HEADERS = 200
"""Lines of it."""


def in_http(progress: Progress, error: Exception) -> Failure:
    """Return what an error of aiohttp, of a socket, or of what was configured means."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        said = f"{error.status} {error.message}".strip()
        return Failure("proxy", f"the proxy {progress.address} refused: {said}")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return _closed(progress)
    if isinstance(error, aiohttp.ClientPayloadError):
        return _in_body(progress, error)
    if isinstance(error, aiohttp.ClientResponseError):
        return _in_header(progress, error)
    if isinstance(error, OSError):
        return _of_socket(progress, error)
    if isinstance(error, aiohttp.InvalidURL):
        return Failure("settings", "the URL is not valid")
    if isinstance(error, ValueError):
        return Failure("settings", f"the request is not valid: {error}")
    return Failure("protocol", f"the answer cannot be read: {type(error).__name__}")


def _closed(progress: Progress) -> Failure:
    if progress.first_byte is None:
        return Failure("reset", f"{progress.address} closed the connection without an answer")
    return Failure("protocol", f"{progress.address} closed the connection in the header")


def _in_header(progress: Progress, error: aiohttp.ClientResponseError) -> Failure:
    if "Got more than" in error.message:
        limit = f"{HEADER_LIMIT:,} bytes"
        return Failure("too big", f"a line in the header of the answer is longer than {limit}")
    if "Too many" in error.message:
        return Failure("too big", f"the header of the answer has more than {HEADERS} lines")
    if "status line" in error.message:
        return Failure("protocol", f"{progress.address} did not answer in HTTP")
    return Failure("protocol", "the header of the answer is not valid HTTP")


def _in_body(progress: Progress, error: aiohttp.ClientPayloadError) -> Failure:
    came = f"{progress.body_bytes:,} bytes"
    # What broke it off is only in its text.
    if ConnectionResetError.__name__ in str(error):
        return Failure("reset", f"{progress.address} reset the connection after {came} of the body")
    if "content-encoding" in str(error):
        return Failure("protocol", "the body of the answer is not packed as its header says")
    return Failure(
        "protocol", f"the body of the answer is shorter than its header says: {came} came"
    )


def _of_socket(progress: Progress, error: OSError) -> Failure:
    """Return what broke a connection. TLS fails here behind a proxy, or after its handshake."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return not_trusted(progress, cause)
        if isinstance(cause, ssl.SSLError):
            return no_handshake(progress, cause)
    if progress.tls_began and progress.tls is None:
        return no_handshake(progress, error)
    is_reset = isinstance(error, ConnectionError) or error.errno in _RESETS
    trouble: Trouble = "reset" if is_reset else "protocol"
    what = "reset the connection" if is_reset else f"failed: {reason(error)}"
    return Failure(trouble, f"{progress.address} {what}")


_RESETS = (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__
