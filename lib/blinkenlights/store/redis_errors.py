"""Turns what redis-py raises into our own errors, which say what to do."""

from redis import exceptions

from blinkenlights.errors import (
    StoreAnswer,
    StoreError,
    StoreNotReady,
    StoreRefused,
    StoreUnreachable,
)

FAILURES = (exceptions.RedisError, OSError, AttributeError, RuntimeError, EOFError)
"""What redis-py raises when a connection breaks. It passes on what asyncio raises: from Python 3.12
on, that is an AttributeError when a transport was closed before it is written to."""

_PASSES = (
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
    exceptions.TryAgainError,
)
_NOT_READY = ("OOM", "READONLY", "LOADING", "MISCONF", "BUSY", "NOREPLICAS")
"""Words of errors that redis-py has no class for, or that a script passes on."""

_REFUSED = ("NOPERM", "NOAUTH", "WRONGPASS", "ACL failure in script", "executing the script can't")
"""The last two are what Valkey and Redis 7.0 say of a command inside a script."""


def store_error(error: Exception, address: str) -> StoreError:
    """Return our error for one of redis-py's; `address` must hold no password."""
    # redis-py quotes the whole command, which may be a batch of 500 heartbeats, and then a tuple.
    said = str(error).rpartition("caused error: ")[2].strip("()\"',")
    if isinstance(error, exceptions.AuthenticationError | exceptions.NoPermissionError):
        return StoreRefused(f"{address}: {said}; give the right user and password, or mend its ACL")
    if isinstance(error, _PASSES):
        return StoreNotReady(f"{address}: {said}")
    if isinstance(error, exceptions.OutOfMemoryError):
        return StoreNotReady(f"{address} is full: {said}; raise maxmemory or forget components")
    if isinstance(error, exceptions.ConnectionError | exceptions.TimeoutError | OSError):
        return StoreUnreachable(f"{address} cannot be reached: {said}")
    if not isinstance(error, exceptions.RedisError):
        return StoreUnreachable(f"{address} cannot be reached: the connection broke ({said})")
    if any(f"{word} " in said or said.startswith(word) for word in _NOT_READY):
        return StoreNotReady(f"{address}: {said}")
    if any(words in said for words in _REFUSED):
        return StoreRefused(f"{address}: {said}; give the right user and password, or mend its ACL")
    return StoreAnswer(f"{address}: {said}")
