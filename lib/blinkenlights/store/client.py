"""The store for daemons and commands: a connection, and errors that say what to do."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from blinkenlights.errors import StoreAnswer, StoreError, StoreReadOnly
from blinkenlights.store.address import parse_address
from blinkenlights.store.script import Script
from blinkenlights.store.settings import StoreSettings
from blinkenlights.store.spoken import Spoken
from blinkenlights.store.users import login_beside

if TYPE_CHECKING:
    from redis.asyncio import Redis

UNREADABLE = (ValueError, RecursionError)
"""What decoders raise for a value that is not ours: no JSON, another form, nested without end."""


class StoreClient:
    """A connection to the store. All methods raise a `StoreError` that says what is wrong."""

    def __init__(
        self,
        url: str,
        *,
        username: str = "",
        password: str = "",
        read_login: Callable[[], tuple[str, str]] | None = None,
        ca_file: str | None = None,
        timeout: float = 5.0,
    ) -> None:
        """Prepare a client for `url`, without connecting; `timeout` is seconds for each answer.

        User and password given beside the URL win over those inside it. `read_login`, in place of
        all of them, is asked anew for each connection. Raises ConfigError.
        """
        # redis-py takes longer to import than all of ours, and whoever reads a configuration has
        # this module, because kinds name its class.
        from blinkenlights.store import redis_connection  # noqa: PLC0415

        where = parse_address(url)
        self._spoken = Spoken()
        self.redis: Redis = redis_connection.connect(
            where,
            read_login or (lambda: (username or where.username, password or where.password)),
            ca_file,
            timeout,
            self._spoken,
        )
        """What redis-py makes of it; what it raises is its own, unless `ask` awaits it."""
        self.address = f"the store at {where}"
        self._failures = redis_connection.FAILURES
        self._not_loaded = redis_connection.NOT_LOADED
        self._store_error = redis_connection.store_error

    @classmethod
    def of(cls, settings: StoreSettings) -> Self:
        """Return a client as settings have it, without connecting; raises ConfigError.

        A password may change while we run: it is read for each connection. The embedded store lets
        its owner write, who can read the password beside its socket.
        """
        where = settings.address()
        socket = where.path

        def read_login() -> tuple[str, str]:
            address = settings.address()
            beside = None if address.password or not socket else login_beside(Path(socket))
            return beside or (address.username, address.password)

        return cls(str(where), read_login=read_login, ca_file=settings.ca_file or None)

    async def close(self) -> None:
        """Close the connections."""
        await self.redis.aclose()

    def not_ours(self, key: str, error: Exception) -> StoreAnswer:
        """Return the error for a key whose value cannot be read."""
        return StoreAnswer(
            f"{self.address}: {key} holds something that is not ours ({error}); "
            f"are all programs of one version?"
        )

    async def ask(self, answer: Awaitable[Any]) -> Any:  # noqa: ANN401 - redis-py's own type
        """Return what `answer` gives; raises a StoreError in place of redis-py's own."""
        try:
            return await answer
        except self._failures as error:
            raise await self.failure(error) from error

    async def failure(self, error: Exception) -> StoreError:
        """Return a StoreError for one of redis-py's.

        A replica was the primary when we connected: then the connections are made anew.
        """
        has_answered = self._spoken.answered
        failure = self._store_error(error, self.address, has_answered=has_answered)
        if isinstance(failure, StoreReadOnly):
            await self.reconnect()
        return failure

    async def reconnect(self) -> None:
        """Close the connections that nobody uses now, for others to whoever has the address now.

        A proxy in front of two stores sends new connections to the new primary, and may leave old
        ones where they are.
        """
        try:
            await self.redis.connection_pool.disconnect(inuse_connections=False)
        except self._failures:
            # It is closed all the same, or will fail once more.
            return

    async def call(self, script: Script, key: str, *arguments: str | bytes | float) -> Any:  # noqa: ANN401
        """Return what a script answers, which is loaded when the store does not have it.

        Args:
            script: What is to run.
            key: The prefix of the keys that it touches.
            arguments: What it is given.
        """
        try:
            return await self.ask(self._run(script, key, *arguments))
        except StoreError as error:
            if not isinstance(error.__cause__, self._not_loaded):
                raise
            await self.ask(self.redis.script_load(script.text))
            return await self.ask(self._run(script, key, *arguments))

    async def _run(self, script: Script, key: str, *arguments: str | bytes | float) -> Any:  # noqa: ANN401
        return await self.redis.evalsha(script.digest, 1, key, *arguments)
