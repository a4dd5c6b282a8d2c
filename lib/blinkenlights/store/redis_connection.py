"""How redis-py connects to the store, and what it raises."""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from typing import Any

from redis.asyncio import Connection, Redis, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import NoScriptError, RedisError

from blinkenlights.errors import ConfigError, StoreError, StoreRefused
from blinkenlights.store import layout
from blinkenlights.store.address import StoreAddress
from blinkenlights.store.layout_version import refuse_another_layout
from blinkenlights.store.redis_errors import FAILURES, store_error
from blinkenlights.store.spoken import Spoken

__all__ = ["FAILURES", "NOT_LOADED", "connect", "store_error"]

NOT_LOADED = NoScriptError
"""When the store does not have the script that it should run."""

_OF_ITSELF = ("driver_info", "lib_name", "lib_version")
"""What redis-py tells a store of itself. It reads over a refusal of that, and a store that lets
nobody in refuses the first thing that it hears."""


class _Login(CredentialProvider):
    """Who we are, asked at each connection."""

    def __init__(self, read: Callable[[], tuple[str, str]]) -> None:
        self._read = read

    # An empty tuple is how redis-py itself says that there is nothing to log in with.
    def get_credentials(self) -> Any:  # noqa: ANN401
        """Return user and password, the password alone, or nothing."""
        try:
            username, password = self._read()
        except ConfigError as error:
            # With an error that is not its own redis-py keeps a connection that did not log in.
            why = StoreRefused(str(error))
            raise RedisError(str(why)) from why
        if not password:
            return ()
        return (username, password) if username else (password,)

    async def get_credentials_async(self) -> Any:  # noqa: ANN401
        """Return the same; without this redis-py says on stderr that it ought to be here."""
        return self.get_credentials()


class _Cancellable(AbstractConnection):
    """A connection in whose use a task that is cancelled ends.

    It sends within `asyncio.wait_for`, which until Python 3.12 drops a cancellation that comes
    just when all is sent. A daemon that is told to stop then goes on for ever.
    """

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        """Send it; raises CancelledError whenever that was asked for meanwhile."""
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await super().send_packed_command(command, check_health)
        if task and task.cancelling() > before:
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError


class _Tcp(_Cancellable, Connection):
    pass


class _Tls(_Cancellable, SSLConnection):
    pass


class _Unix(_Cancellable, UnixDomainSocketConnection):
    pass


class _Pipeline(Pipeline):
    """A pipeline whose errors say what the store said.

    redis-py puts the text of the whole command before it. That is a batch, and to word 4,000
    heartbeats stops the loop for a second and more.
    """

    def annotate_exception(
        self, exception: Exception, number: int, command: Iterable[object]
    ) -> None:
        """Leave the exception as it is."""


class _Redis(Redis):
    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """Return a pipeline of ours."""
        return _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)


def connect(
    where: StoreAddress,
    read_login: Callable[[], tuple[str, str]],
    ca_file: str | None,
    timeout: float,
    spoken: Spoken,
) -> Redis:
    """Return a client that connects when it is used; raises ConfigError.

    Args:
        where: The store; user and password in it are not looked at.
        read_login: Asked at each connection who logs in, which is the server's default user when
            it is empty, and with what password, without which nobody does.
        ca_file: Certificates that vouch for the store; None for the system's.
        timeout: Seconds for each answer.
        spoken: Is told when the store has answered.
    """

    async def begin(connection: Connection) -> None:
        """Log in, and see that the store is laid out as we know it."""
        for name in _OF_ITSELF:
            setattr(connection, name, None)
        await connection.on_connect()
        await connection.send_command("GET", layout.VERSION)
        version = await connection.read_response()
        await connection.send_command("GET", layout.BORN)
        born = await connection.read_response()
        spoken.answered = True
        try:
            refuse_another_layout(version, born, f"the store at {where}")
        except StoreError as error:
            raise RedisError(str(error)) from error

    options: dict[str, Any] = {}
    if where.tls:
        options = {"ssl": True, "ssl_ca_certs": _usable(ca_file)}
    client = _Redis(
        host=where.host,
        port=where.port,
        db=where.database,
        unix_socket_path=where.path or None,
        credential_provider=_Login(read_login),
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        redis_connect_func=begin,
        # Whoever calls knows how long to wait; a batch sent again would be counted again.
        retry=Retry(NoBackoff(), 0),
        # The handshake of version 3 hides "wrong password" behind a sentence on HELLO.
        protocol=2,
        **options,
    )
    of_ours = _Unix if where.path else _Tls if where.tls else _Tcp
    client.connection_pool.connection_class = of_ours
    return client


def _usable(ca_file: str | None) -> str | None:
    try:
        ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        said = error.strerror or str(error)
        raise ConfigError(f"the CA file {ca_file} cannot be used: {said}") from error
    return ca_file
