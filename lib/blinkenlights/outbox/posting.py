"""Posts over HTTP, for channels that speak it, and says in a sentence why it did not work.

A sentence names the service and its host, never the path, which may be a secret, nor what strangers
answer. Redirects are not followed: they would take what is posted to whom nobody has named.
Proxies are those of the settings: a variable of the environment changes nothing.
"""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

from blinkenlights import __version__
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.reasons import reason_of
from blinkenlights.outbox.resolving import PatientResolver
from blinkenlights.outbox.tls import trusting

SECONDS = 8.0
"""For one request: a message takes three at most, and has 30 seconds."""
ANSWER_BYTES = 65_536
UNREADABLE_REST = 60.0
"""For who wants to hear nothing, and says for how long in a way that nobody can read."""
LONGEST_REST = 3600.0
"""However long the other side wants to hear nothing."""
NEVER_TAKEN = frozenset((400, 410, 411, 413, 414, 415, 422))
"""Whoever says this says it again. Keys, rights and paths are mended by people, and waited for."""


_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.InvalidURL)


class Answer(NamedTuple):
    """What came back."""

    status: int
    retry_after: float | None
    body: bytes

    @property
    def is_taken(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of status codes


class Poster:
    """Posts to one service.

    Args:
        service: What it is called: `Slack`.
        ca_file: A file with the authorities to trust in place of the system's.
        proxy: The URL of an HTTP proxy; empty for none.
        clock: The time.
        seconds: How long one request may take.
    """

    def __init__(
        self,
        service: str,
        *,
        ca_file: str = "",
        proxy: str = "",
        clock: Clock = wall_clock,
        seconds: float = SECONDS,
    ) -> None:
        self._service = service
        self._ca_file = ca_file
        self._proxy = proxy
        self._clock = clock
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    def named(self, url: str) -> str:
        """Return what the other side is called in sentences: `Slack at slack.com`."""
        return f"{self._service} at {urlsplit(url).hostname}"

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post, and return what was answered; raises CannotSayError when nothing was."""
        return await self._ask("POST", url, body, headers)

    async def get(self, url: str) -> Answer:
        """Ask, and return what was answered, as `post` does."""
        return await self._ask("GET", url, None, {})

    async def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        if self._session is None:
            self._session = self._opened()
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                allow_redirects=False,
                proxy=self._proxy or None,
            ) as response:
                said = await response.content.read(ANSWER_BYTES)
                rest = _rest(response.headers.get("Retry-After", ""), self._clock())
                return Answer(response.status, rest, said)
        except TimeoutError:
            limit = f"{self._seconds:g} seconds"
            sentence = f"{self.named(url)} did not answer within {limit}"
            raise CannotSayError(sentence, is_unsure=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            is_unsure = not isinstance(error, _NEVER_SENT)
            raise CannotSayError(self._sentence(url, error), is_unsure=is_unsure) from None

    def refusal(self, url: str, answer: Answer, why: str = "") -> CannotSayError:
        """Return the error for an answer that takes nothing.

        Args:
            url: What was asked.
            answer: What was answered.
            why: Words of the service that hold no secret.
        """
        try:
            status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        except ValueError:
            status = str(answer.status)
        hint = ", and redirects are not followed" if answer.status // 100 == 3 else ""  # noqa: PLR2004
        return CannotSayError(
            f"{self.named(url)} answered {status}{hint}{f': {why}' if why else ''}",
            retry_after=answer.retry_after,
            is_final=answer.status in NEVER_TAKEN,
        )

    async def close(self) -> None:
        """Give up connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        # A connection that was kept may be closed by the time of the next alert.
        connector = aiohttp.TCPConnector(
            ssl=trusting(self._ca_file),
            resolver=PatientResolver(),
            use_dns_cache=False,
            limit=0,
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(self._seconds),
            headers={"User-Agent": f"blinkenlights/{__version__}"},
            auto_decompress=False,
            skip_auto_headers=["Accept-Encoding"],
            trust_env=False,
        )

    def _sentence(self, url: str, error: Exception) -> str:
        where = self.named(url)
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            why = getattr(error.certificate_error, "verify_message", "") or "nobody says why"
            return f"the certificate of {urlsplit(url).hostname} is not trusted: {why}"
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return f"the proxy in front of {where} answered {error.status}"
        if isinstance(error, aiohttp.ClientProxyConnectionError):
            return f"the proxy in front of {where} cannot be reached: {reason_of(error.os_error)}"
        if isinstance(error, aiohttp.ClientConnectorError):
            return f"{where} cannot be reached: {reason_of(error.os_error)}"
        if isinstance(error, aiohttp.ServerDisconnectedError):
            return f"{where} closed the connection without an answer"
        if isinstance(error, aiohttp.InvalidURL):
            return f"the URL of {self._service} is not valid"
        if isinstance(error, OSError):
            return f"{where} broke the connection: {reason_of(error)}"
        return f"what {where} answered cannot be read: {type(error).__name__}"


def _rest(header: str, now: float) -> float | None:
    """Return the seconds that a header asks for, which are seconds or a date."""
    if not header:
        return None
    try:
        rest = float(header)
    except ValueError:
        try:
            rest = parsedate_to_datetime(header).timestamp() - now
        except (ValueError, OverflowError):
            return UNREADABLE_REST
    return min(max(rest, 0.0), LONGEST_REST) if math.isfinite(rest) else UNREADABLE_REST
