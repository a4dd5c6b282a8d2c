"""The web server: sockets, TLS, and an orderly end."""

import asyncio
import logging
import os
from ipaddress import ip_address
from types import TracebackType
from typing import Self, cast

from aiohttp import web

from blinkenlights.alert.links import Signer
from blinkenlights.alert.responses import Responses
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import Config, WebConfig
from blinkenlights.config.links import templates
from blinkenlights.errors import ConfigError, StoreRefused
from blinkenlights.store.client import StoreClient
from blinkenlights.store.spoken import Spoken
from blinkenlights.web.access import Access
from blinkenlights.web.application import application
from blinkenlights.web.certificate import Certificate
from blinkenlights.web.handling import Handler
from blinkenlights.web.health_probe import HealthProbe
from blinkenlights.web.listener import Listener
from blinkenlights.web.places import Places
from blinkenlights.web.post_source import AwaitedPostSource
from blinkenlights.web.sharing import Sharing
from blinkenlights.web.site import Site
from blinkenlights.web.store_thread import AbandonableReader, StoreThread
from blinkenlights.web.tokens import TokenFile
from blinkenlights.web.where import PORT, where

log = logging.getLogger("blinkenlights.web")

STORE_SECONDS = 5.0
"""How long the store may take for one answer."""
END_SECONDS = 5.0
"""How long requests in hand may take when the server ends."""
MOST_QUESTIONS = 256
"""Questions that wait for the store at one time..."""
SHARE_OF_QUESTIONS = 64
"""...and how many of them may be those of one asker."""
MOST_SEARCHES = 64
"""The same of questions that have to look at all that there is: of 100,000 components one takes a
second or two."""
SHARE_OF_SEARCHES = 4


class WebServer:
    """Serves the page and the API, from `async with` to its end.

    Args:
        config: Where to listen, the store, and who may do what.
        posts: Takes what is posted; None where nothing is taken.
        clock: The time.

    Raises:
        ConfigError: It would be open to others in a way that nobody asked for, or TLS cannot be
            set up, or the store's password or the secret of links cannot be read.
    """

    def __init__(
        self, config: Config, posts: AwaitedPostSource | None = None, clock: Clock = wall_clock
    ) -> None:
        self._config = config.web
        self.host, self.port = where(config.web.listen)
        tokens = TokenFile(config.web.tokens_file)
        is_local = _is_loopback(self.host)
        is_by_port = not config.web.listen and bool(os.environ.get(PORT))
        self._said = f"{PORT} in the environment" if is_by_port else "web.listen"
        said = f"{self._said}: {self.host}:{self.port}"
        _refuse_what_is_open(config.web, said, is_local=is_local, has_tokens=bool(tokens.tokens()))
        self._tls = Certificate(config.web).context if config.web.certificate else None
        reads = config.web.anonymous == "all" or (config.web.anonymous == "local" and is_local)
        config.store.settings().address()
        spoken = Spoken()

        def connect() -> AbandonableReader:
            return _connect(config, spoken)

        store = StoreThread(connect, most=MOST_QUESTIONS, share=SHARE_OF_QUESTIONS)
        searches = StoreThread(connect, most=MOST_SEARCHES, share=SHARE_OF_SEARCHES)
        self._site = Site(
            config=config.web,
            clock=clock,
            store=store,
            searches=searches,
            health=HealthProbe(connect, clock),
            sharing=Sharing(lambda each: searches if each.is_search else store, clock),
            access=Access(
                tokens,
                reads_without_token=reads,
                is_local=is_local,
                proxies=config.web.proxies,
                per_second=config.web.rate,
            ),
            posts=posts,
            responses=Responses(StoreClient.of(config.store.settings())) if posts else None,
            signer=Signer.of(config.alert.links_secret_file),
            streams=Places(config.web.streams),
            links=templates(config.links),
        )

    @property
    def address(self) -> str:
        """Where it serves, as people type it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}/"

    async def __aenter__(self) -> Self:
        """Open the address; raises ConfigError when that cannot be done."""
        self._runner = web.AppRunner(
            application(self._site),
            handle_signals=False,
            shutdown_timeout=END_SECONDS,
            handler_cancellation=True,  # what nobody waits for is not worked out
        )
        await self._runner.setup()
        server = cast("web.Server", self._runner.server)  # which it has from now on
        self.listener = Listener(self.address, lambda: Handler(server), self._tls)
        try:
            await self.listener.open(self.host, self.port)
        except OSError as error:
            await self._close()
            raise ConfigError(
                f"{self._said}: {self.host}:{self.port} cannot be opened: {error.strerror or error}"
            ) from error
        log.info("serving at %s", self.address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the address, and let requests in hand come to their end."""
        await self.listener.close()
        await self._close()

    async def _close(self) -> None:
        self._site.closing.set()
        await self._runner.cleanup()
        # End what is still open: with TLS, those who do not say goodbye.
        self.listener.places.end()
        await asyncio.sleep(0)  # so that they are closed before the event loop is
        for each in (self._site.store, self._site.searches, self._site.health):
            await each.close()
        if self._site.responses is not None:
            await self._site.responses.close()


def _connect(config: Config, spoken: Spoken) -> AbandonableReader:
    store = config.store.settings()
    try:
        address = store.address()
    except ConfigError as error:
        raise StoreRefused(f"the store at {store.where()}: {error}") from error
    return AbandonableReader(address, STORE_SECONDS, store.ca_file, spoken)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_what_is_open(config: WebConfig, said: str, *, is_local: bool, has_tokens: bool) -> None:
    if bool(config.certificate) != bool(config.private_key):
        raise ConfigError("web.certificate and web.private_key go together; set both or none")
    if is_local:
        return
    if not has_tokens and config.anonymous != "all":
        raise ConfigError(
            f"{said} is open to others, and {config.tokens_file} holds no "
            "token, so nobody could read; add one with `blinkenlights web token add`, or let "
            'everybody read with anonymous = "all"'
        )
    if not config.certificate and not config.plain:
        raise ConfigError(
            f"{said} is open to others, who could listen in; set "
            "certificate and private_key, or plain = true where a proxy does TLS"
        )
