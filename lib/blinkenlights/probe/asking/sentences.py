"""What went wrong, in our own words: what, where, and within which limit.

Whatever `socket`, `ssl` and aiohttp call an error becomes a `Failure` here. Their own texts repeat
the URL with its secrets, or the names of their classes.
"""

import errno
import ssl

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from blinkenlights.probe.asking.addresses import with_port
from blinkenlights.probe.asking.certificates import problem
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.progress import Progress
from blinkenlights.probe.observation import Trouble

HEADER_LIMIT = 32_768
"""Bytes of one line of an answer's header, name and value together."""
HEADERS = 200
"""Lines of it."""


def seconds(value: float) -> str:
    """Return `10s`, `0.03s`, `0.0004s`."""
    return f"{value:.1g}s" if value < 0.01 else f"{round(value, 2):g}s"  # noqa: PLR2004


def not_connected(error: OSError, address: str, tried: int) -> Failure:
    """Return why the last of the addresses did not take the connection."""
    others = f" (the last of {tried} addresses)" if tried > 1 else ""
    if error.errno == errno.ECONNREFUSED:
        return Failure("refused", f"{address} refused the connection{others}")
    if error.errno in (errno.ECONNRESET, errno.EPIPE):
        return Failure("reset", f"{address} reset the connection{others}")
    if error.errno == errno.ETIMEDOUT:
        return Failure("timeout", f"{address} did not take the connection{others}")
    if error.errno in (errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS):
        # Not the endpoint's fault, and to be told apart from it.
        return Failure("settings", f"no connection can be made from here: {reason(error)}")
    return Failure("unreachable", f"{address} cannot be reached: {reason(error)}{others}")


def reason(error: OSError) -> str:
    """Return what the system calls it, without number: `no route to host`."""
    text = error.strerror or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]


def too_late(progress: Progress) -> Failure:
    """Return in which phase the time of the whole probe ran out."""
    limit = f"no answer within {seconds(progress.request.timeout)}"
    after = f" after {len(progress.went_to)} redirects" if progress.went_to else ""
    return Failure("timeout", f"{limit}{after}: {_where_it_stood(progress)}")


def _where_it_stood(progress: Progress) -> str:
    if progress.dns is None:
        return f"the name {progress.host} was not resolved"
    if progress.connect is None:
        return f"{progress.address} did not take the connection"
    connected = f"connected to {progress.address} after {seconds(progress.dns + progress.connect)}"
    if progress.tls_began and progress.tls is None:
        return f"{connected}, then the TLS handshake did not come to its end"
    if progress.first_byte is None:
        return f"{connected}, then nothing came"
    if not progress.header_ended:
        return f"{connected}, then a header came that did not end"
    return f"{connected}, then {progress.body_bytes:,} bytes of a body came that did not end"


def body_too_big(progress: Progress) -> Failure:
    """Return that the body is longer than the limit."""
    limit = f"{progress.request.body_limit:,} bytes"
    return Failure("too big", f"the body of the answer is longer than {limit}")


def not_trusted(progress: Progress, error: Exception) -> Failure:
    """Return why the certificate was refused."""
    where = with_port(progress.host, progress.port)
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else ""
    if progress.shown is not None:
        asked = progress.request.tls.server_name or progress.host
        why = problem(progress.shown, asked, progress.now()) or why
    return Failure(
        "certificate", f"the certificate of {where} is not trusted: {why or 'nobody says why'}"
    )


_TLS_REASONS = {
    "WRONG_VERSION_NUMBER": "its answer is no TLS",
    "HTTP_REQUEST": "its answer is no TLS",
    "UNSUPPORTED_PROTOCOL": "it speaks only an older version than is allowed",
    "VERSION_TOO_LOW": "it speaks only an older version than is allowed",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks none of the versions that are allowed",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "it found nothing that both sides speak",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it wants a certificate of ours",
    "TLSV1_ALERT_UNKNOWN_CA": "it does not know the authority of our certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it refuses our certificate",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "it refuses our certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "our certificate has expired",
    "TLSV1_UNRECOGNIZED_NAME": "it does not know that name",
    "TLSV1_ALERT_INTERNAL_ERROR": "it has an internal error",
}


def _tls_reason(error: ssl.SSLError) -> str:
    name = error.reason or ""
    return _TLS_REASONS.get(name) or name.replace("_", " ").lower() or "it failed"


def no_handshake(progress: Progress, error: OSError) -> Failure:
    """Return why a TLS handshake failed, but for the certificate."""
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        why = _tls_reason(error)
    elif isinstance(error, TimeoutError):
        why = "it did not come to its end"
    else:
        why = "the connection was closed"
    return Failure("tls", f"no TLS with {progress.address}: {why}")


def in_http(progress: Progress, error: Exception) -> Failure:
    """Return what an error of aiohttp means."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        said = f"{error.status} {error.message}".strip()
        return Failure("proxy", f"the proxy {progress.address} refused: {said}")
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        cause = error.os_error
        return no_handshake(progress, cause if isinstance(cause, OSError) else OSError())
    if isinstance(error, aiohttp.ServerDisconnectedError):
        if progress.first_byte is None:
            return Failure("reset", f"{progress.address} closed the connection without an answer")
        return Failure("protocol", f"{progress.address} closed the connection in the header")
    if isinstance(error, aiohttp.ClientPayloadError):
        return _in_body(progress, error)
    if isinstance(error, aiohttp.ClientResponseError):
        return _in_header(progress, error)
    if isinstance(error, aiohttp.InvalidURL):
        return Failure("settings", "the URL is not valid")
    if isinstance(error, ssl.SSLError):
        return no_handshake(progress, error)
    if isinstance(error, OSError):
        trouble: Trouble = "reset" if _is_reset(error) else "protocol"
        what = "reset the connection" if trouble == "reset" else f"failed: {reason(error)}"
        return Failure(trouble, f"{progress.address} {what}")
    if isinstance(error, ValueError):
        return Failure("settings", f"the request is not valid: {error}")
    return Failure("protocol", f"the answer cannot be read: {type(error).__name__}")


def _is_reset(error: OSError) -> bool:
    return isinstance(error, ConnectionError) or error.errno in (
        errno.ECONNRESET,
        errno.EPIPE,
        errno.ECONNABORTED,
    )


def _in_header(progress: Progress, error: aiohttp.ClientResponseError) -> Failure:
    cause = error.__cause__
    if isinstance(cause, LineTooLong):
        limit = f"{HEADER_LIMIT:,} bytes"
        return Failure("too big", f"a line in the header of the answer is longer than {limit}")
    if "Too many headers" in error.message or "Too many" in error.message:
        return Failure("too big", f"the header of the answer has more than {HEADERS} lines")
    return Failure("protocol", f"{progress.address} did not answer in HTTP")


def _in_body(progress: Progress, error: aiohttp.ClientPayloadError) -> Failure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionResetError):
            came = f"after {progress.body_bytes:,} bytes of the body"
            return Failure("reset", f"{progress.address} reset the connection {came}")
        cause = cause.__cause__
    if "content-encoding" in str(error).lower() or "can not decode" in str(error).lower():
        return Failure("protocol", "the body of the answer is not packed as its header says")
    came = f"{progress.body_bytes:,} bytes came"
    return Failure("protocol", f"the body of the answer is shorter than its header says: {came}")
