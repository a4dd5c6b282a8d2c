"""Turns what redis-py raises into our own errors, which say what to do."""

import os
import re
import ssl

from redis import exceptions

from blinkenlights.errors import StoreAnswer, StoreError, StoreUnreachable
from blinkenlights.store.sentences import CLOSED, MAYBE_NO_TLS, NO_TLS, answered, why_broken

FAILURES = Exception
"""What redis-py raises. It passes on whatever asyncio makes of a transport that was closed before
it was written to: an AttributeError in Python 3.12 and 3.13.0, a TypeError in 3.13.5."""

_WORDS = {
    exceptions.AskError: "ASK",
    exceptions.AuthenticationError: "NOAUTH",
    exceptions.BusyLoadingError: "LOADING",
    exceptions.ClusterCrossSlotError: "CROSSSLOT",
    exceptions.ClusterDownError: "CLUSTERDOWN",
    exceptions.MasterDownError: "MASTERDOWN",
    exceptions.MovedError: "MOVED",
    exceptions.NoPermissionError: "NOPERM",
    exceptions.OutOfMemoryError: "OOM",
    exceptions.ReadOnlyError: "READONLY",
    exceptions.TryAgainError: "TRYAGAIN",
}
"""The first word of an answer, which redis-py takes away where it has a class for it."""

SAID_CHARACTERS = 300
"""Of what the store says: some repeat to us what they were sent."""

_OF_SCRIPT = re.compile(
    r"(Error running script \(call to f_[0-9a-f]{40}\): )?"
    r"( *script: [0-9a-f]{40}, on)?( ?@\w+:[ \w]*\d+[:.]?)+ ?"
)
"""Where in which script something went wrong, which helps nobody who runs this."""


def store_error(error: Exception, address: str, *, has_answered: bool = False) -> StoreError:
    """Return our error for one that redis-py raised.

    Args:
        error: What it raised.
        address: The store, for people; it must hold no password.
        has_answered: Whether anybody ever answered us there as a store does.
    """
    if isinstance(error.__cause__, StoreError):
        return error.__cause__
    said = _OF_SCRIPT.sub("", str(error)[:SAID_CHARACTERS]).strip()
    word = _first_word(error)
    if word or isinstance(error, exceptions.ResponseError):
        return answered(said if said.startswith(word) else f"{word} {said}", address)
    is_ours = isinstance(error, exceptions.RedisError | ValueError) and not _is_alert(error)
    if not is_ours or isinstance(error, exceptions.ConnectionError | exceptions.TimeoutError):
        may_be_tls = not has_answered and "redis://" in address
        may_be_plain = not has_answered and "rediss://" in address
        why, what = _why(error, said, may_be_tls=may_be_tls, may_be_plain=may_be_plain)
        return StoreUnreachable(f"{address} cannot be reached: {why}", what)
    return StoreAnswer(f"{address}: {said}")


def _first_word(error: Exception) -> str:
    """Return the word with which an answer began, where redis-py took it away."""
    word = getattr(error, "status_code", None)
    return word or next((_WORDS[kind] for kind in _WORDS if isinstance(error, kind)), "")


def _is_alert(error: BaseException) -> bool:
    """Return whether what came in place of an answer begins as TLS does that is not understood."""
    return isinstance(error, exceptions.InvalidResponse) and "\\x15" in str(error)


def _why(
    error: BaseException, said: str, *, may_be_tls: bool, may_be_plain: bool
) -> tuple[str, str]:
    """Return why there is no connection, and the same as far as everybody may read it.

    Without the address that redis-py repeats.
    """
    known: BaseException | None = error
    while known is not None:
        if isinstance(known, ssl.SSLCertVerificationError):
            why = f"its certificate is not trusted ({known.verify_message}); see ca_file"
            return why, "has a certificate that is not trusted; see ca_file"
        if isinstance(known, ssl.SSLError):
            if may_be_plain:
                return NO_TLS, f"does not answer; {NO_TLS}"
            return f"the TLS connection broke ({known.reason})", ""
        if isinstance(known, TimeoutError | exceptions.TimeoutError):
            return f"no answer in time{MAYBE_NO_TLS if may_be_plain else ''}", ""
        if isinstance(known, OSError) and known.errno:
            # asyncio's text has the address once more.
            is_asyncios = "Connect call" in (known.strerror or "")
            said = os.strerror(known.errno) if is_asyncios else f"{known.strerror}"
            is_broken = isinstance(known, ConnectionResetError | BrokenPipeError)
            return why_broken(said, may_be_tls=may_be_tls and is_broken)
        known = known.__cause__ or known.__context__
    return _in_its_own_words(error, said, may_be_tls=may_be_tls)


def _in_its_own_words(error: BaseException, said: str, *, may_be_tls: bool) -> tuple[str, str]:
    """Return the same of an error that no other explains."""
    if "Connection closed" in said:
        return why_broken(CLOSED, may_be_tls=may_be_tls)
    if "Connection lost" in said:
        return why_broken("the connection broke", may_be_tls=may_be_tls)
    if _is_alert(error):
        return why_broken("it does not speak Redis' protocol", may_be_tls=may_be_tls)
    if isinstance(error, exceptions.RedisError):
        return said, ""
    return f"the connection broke ({type(error).__name__}: {said})", ""
