"""Turns what redis-py raises into our own errors, which say what to do."""

import os
import re
import ssl

from redis import exceptions

from blinkenlights.errors import (
    StoreAnswer,
    StoreError,
    StoreNotReady,
    StoreReadOnly,
    StoreRefused,
    StoreUnreachable,
)
from blinkenlights.store.sentences import CLUSTER, MAYBE_NO_TLS, NO_STORE, NO_TLS, TLS, UNSAVED

FAILURES = Exception
"""What redis-py raises. It passes on whatever asyncio makes of a transport that was closed before
it was written to: an AttributeError in Python 3.12 and 3.13.0, a TypeError in 3.13.5."""

_PASSES = (
    exceptions.BusyLoadingError,
    exceptions.MasterDownError,
    exceptions.TryAgainError,
)
_NOT_READY = ("OOM", "LOADING", "BUSY", "NOREPLICAS")
"""Words of errors that redis-py has no class for, or that a script passes on."""

_READ_ONLY = "READONLY "
"""Before 7.0, Redis passes this word on from inside a script, behind others."""

SAID_CHARACTERS = 300
"""Of what the store says: some repeat to us what they were sent."""

_REFUSED = ("NOPERM", "NOAUTH", "WRONGPASS", "ACL failure in script", "executing the script can't")
"""The last two are what Valkey and Redis 7.0 say of a command inside a script."""


_OF_SCRIPT = re.compile(
    r"(Error running script \(call to f_[0-9a-f]{40}\): )?"
    r"( *script: [0-9a-f]{40}, on)?( ?@\w+:[ \w]*\d+[:.]?)+ ?"
)
"""Where in which script something went wrong, which helps nobody who runs this."""
_OF_A_CLUSTER = (exceptions.MovedError, exceptions.AskError, exceptions.ClusterDownError)


def store_error(error: Exception, address: str) -> StoreError:
    """Return our error for one that redis-py raised; `address` must hold no password."""
    if isinstance(error.__cause__, StoreError):
        return error.__cause__
    said = _OF_SCRIPT.sub("", str(error)[:SAID_CHARACTERS]).strip()
    if type(error) in _OF_A_CLUSTER or "CROSSSLOT" in said:
        return StoreRefused(f"{address} {CLUSTER}")
    if said.lower().startswith("unknown command"):
        return StoreRefused(f"{address} {NO_STORE}")
    return _not_now(error, address, said) or _refused(error, address, said)


def _not_now(error: Exception, address: str, said: str) -> StoreError | None:
    """Return the error for what may pass by itself; None for anything else."""
    if isinstance(error, exceptions.ReadOnlyError) or _READ_ONLY in said:
        return StoreReadOnly(f"{address}: {said}")
    if isinstance(error, _PASSES):
        return StoreNotReady(f"{address}: {said}")
    if isinstance(error, exceptions.OutOfMemoryError):
        return StoreNotReady(f"{address} is full: {said}; raise maxmemory or forget components")
    if "MISCONF " in said:
        return StoreNotReady(f"{address} {UNSAVED}")
    is_ours = isinstance(error, exceptions.RedisError | ValueError)
    if not is_ours or isinstance(error, exceptions.ConnectionError | exceptions.TimeoutError):
        if isinstance(error, exceptions.AuthenticationError):
            return None
        why = _why(error, said, is_tls="rediss://" in address)
        return StoreUnreachable(f"{address} cannot be reached: {why}")
    if any(f"{word} " in said or said.startswith(word) for word in _NOT_READY):
        return StoreNotReady(f"{address}: {said}")
    return None


def _refused(error: Exception, address: str, said: str) -> StoreError:
    is_refused = isinstance(error, exceptions.AuthenticationError | exceptions.NoPermissionError)
    if is_refused or any(words in said for words in _REFUSED):
        return StoreRefused(f"{address}: {said}; give the right user and password, or mend its ACL")
    return StoreAnswer(f"{address}: {said}")


def _why(error: BaseException, said: str, *, is_tls: bool) -> str:
    """Return why there is no connection, without the address that redis-py repeats."""
    known: BaseException | None = error
    while known is not None:
        if isinstance(known, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({known.verify_message}); see ca_file"
        if isinstance(known, ssl.SSLError):
            return NO_TLS
        if isinstance(known, TimeoutError | exceptions.TimeoutError):
            return f"no answer in time{MAYBE_NO_TLS}" if is_tls else "no answer in time"
        if isinstance(known, OSError) and known.errno:
            # asyncio's text has the address once more.
            is_asyncios = "Connect call" in (known.strerror or "")
            why = os.strerror(known.errno) if is_asyncios else known.strerror
            is_reset = isinstance(known, ConnectionResetError) and not is_tls
            return f"{why}; {TLS}" if is_reset else f"{why}"
        known = known.__cause__ or known.__context__
    if "Connection lost" in said and not is_tls:
        return f"the connection broke; {TLS}"
    if isinstance(error, exceptions.RedisError):
        return said
    return f"the connection broke ({type(error).__name__}: {said})"
