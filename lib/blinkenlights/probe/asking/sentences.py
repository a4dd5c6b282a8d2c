"""What went wrong, in our own words: what, where, and within which limit.

Whatever `socket` and `ssl` call an error becomes a `Failure` here; `http_errors` does the same for
aiohttp.
"""

import errno
import ssl

from blinkenlights.probe.asking.addresses import with_port
from blinkenlights.probe.asking.certificates import problem
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.progress import Progress


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
    where = with_port(progress.asked_host, progress.asked_port)
    # That of aiohttp calls itself one of `ssl`, and lacks what these have.
    why = getattr(error, "verify_message", "")
    if progress.shown is not None:
        why = problem(progress.shown, progress.asked_name, progress.now()) or why
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
