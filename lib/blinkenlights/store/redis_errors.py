"""Turns what redis-py raises into our own errors, which say what to do."""

from redis import exceptions

from blinkenlights.errors import (
    StoreAnswer,
    StoreError,
    StoreNotReady,
    StoreReadOnly,
    StoreRefused,
    StoreUnreachable,
)

FAILURES = Exception
"""What redis-py raises. It passes on whatever asyncio makes of a transport that was closed before
it was written to: an AttributeError in Python 3.12 and 3.13.0, a TypeError in 3.13.5."""

_PASSES = (
    exceptions.BusyLoadingError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
    exceptions.TryAgainError,
)
_NOT_READY = ("OOM", "LOADING", "MISCONF", "BUSY", "NOREPLICAS")
"""Words of errors that redis-py has no class for, or that a script passes on."""

_READ_ONLY = "READONLY "
"""Before 7.0, Redis passes this word on from inside a script, behind others."""

SAID_CHARACTERS = 300
"""Of what the store says: some repeat to us what they were sent."""

_REFUSED = ("NOPERM", "NOAUTH", "WRONGPASS", "ACL failure in script", "executing the script can't")
"""The last two are what Valkey and Redis 7.0 say of a command inside a script."""


def store_error(error: Exception, address: str) -> StoreError:
    """Return our error for one that redis-py raised; `address` must hold no password."""
    if isinstance(error.__cause__, StoreError):
        return error.__cause__
    said = str(error)[:SAID_CHARACTERS]
    if isinstance(error, exceptions.ReadOnlyError) or _READ_ONLY in said:
        return StoreReadOnly(f"{address}: {said}")
    if isinstance(error, exceptions.AuthenticationError | exceptions.NoPermissionError):
        return StoreRefused(f"{address}: {said}; give the right user and password, or mend its ACL")
    if isinstance(error, _PASSES):
        return StoreNotReady(f"{address}: {said}")
    if isinstance(error, exceptions.OutOfMemoryError):
        return StoreNotReady(f"{address} is full: {said}; raise maxmemory or forget components")
    if isinstance(error, exceptions.ConnectionError | exceptions.TimeoutError | OSError):
        return StoreUnreachable(f"{address} cannot be reached: {said}")
    if not isinstance(error, exceptions.RedisError | ValueError):
        what = f"{type(error).__name__}: {said}"
        return StoreUnreachable(f"{address} cannot be reached: the connection broke ({what})")
    if any(f"{word} " in said or said.startswith(word) for word in _NOT_READY):
        return StoreNotReady(f"{address}: {said}")
    if any(words in said for words in _REFUSED):
        return StoreRefused(f"{address}: {said}; give the right user and password, or mend its ACL")
    return StoreAnswer(f"{address}: {said}")
