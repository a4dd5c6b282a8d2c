"""The store for daemons and commands: a connection, and errors that say what to do."""

import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import NoScriptError

from blinkenlights.errors import ConfigError, StoreAnswer
from blinkenlights.store.address import parse_address
from blinkenlights.store.redis_errors import FAILURES, store_error
from blinkenlights.store.script import Script


class _Login(CredentialProvider):
    """Who we are, asked at each connection."""

    def __init__(self, username: str, password: Callable[[], str | None]) -> None:
        self._username = username
        self._password = password

    # An empty tuple is how redis-py itself says that there is nothing to log in with.
    def get_credentials(self) -> Any:  # noqa: ANN401
        """Return user and password, the password alone, or nothing."""
        password = self._password()
        if not password:
            return ()
        return (self._username, password) if self._username else (password,)

    async def get_credentials_async(self) -> Any:  # noqa: ANN401
        """Return the same; without this redis-py says on stderr that it ought to be here."""
        return self.get_credentials()


class StoreClient:
    """A connection to the store. All methods raise a `StoreError` that says what is wrong."""

    def __init__(
        self,
        url: str,
        *,
        username: str | None = None,
        password: str | None = None,
        read_password: Callable[[], str | None] | None = None,
        ca_file: str | None = None,
        timeout: float = 5.0,
    ) -> None:
        """Prepare a client for `url`, without connecting; `timeout` is seconds for each answer.

        User and password given beside the URL win over those inside it. `read_password` is asked
        anew for each connection, so that a password may change while we run. Raises ConfigError.
        """
        where = parse_address(url)
        options: dict[str, Any] = {}
        if where.tls:
            options = {"ssl": True, "ssl_ca_certs": _usable(ca_file)}
        login = _Login(
            username or where.username,
            read_password or (lambda: password or where.password or None),
        )
        self.redis: Redis = Redis(
            host=where.host,
            port=where.port,
            db=where.database,
            unix_socket_path=where.path or None,
            credential_provider=login,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # Whoever calls knows how long to wait; a batch sent again would be counted again.
            retry=Retry(NoBackoff(), 0),
            # The handshake of version 3 hides "wrong password" behind a sentence on HELLO.
            protocol=2,
            **options,
        )
        """What redis-py makes of it; what it raises is its own, unless `ask` awaits it."""
        self.address = f"the store at {where}"

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
        except FAILURES as error:
            raise store_error(error, self.address) from error

    async def call(self, script: Script, key: str, *arguments: str | bytes | float) -> Any:  # noqa: ANN401
        """Return what a script answers, which is loaded when the store does not have it.

        Args:
            script: What is to run.
            key: The prefix of the keys that it touches.
            arguments: What it is given.
        """
        try:
            return await self._run(script, key, *arguments)
        except NoScriptError:
            await self.ask(self.redis.script_load(script.text))
            return await self.ask(self._run(script, key, *arguments))
        except FAILURES as error:
            raise store_error(error, self.address) from error

    async def _run(self, script: Script, key: str, *arguments: str | bytes | float) -> Any:  # noqa: ANN401
        return await self.redis.evalsha(script.digest, 1, key, *arguments)


def _usable(ca_file: str | None) -> str | None:
    try:
        ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        said = error.strerror or str(error)
        raise ConfigError(f"the CA file {ca_file} cannot be used: {said}") from error
    return ca_file
