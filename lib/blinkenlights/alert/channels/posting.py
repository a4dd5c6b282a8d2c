"""Posting by HTTP, as all channels do it that speak it, and what their answers mean."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

from blinkenlights import __version__
from blinkenlights.alert.channels.channel import CannotSayError

TIMEOUT_SECONDS = 20.0
ANSWER_BYTES = 65_536
SHOWN_BYTES = 200
TRY_AGAIN = frozenset((408, 409, 425, 429))
"""Codes below 500 after which the same request may be taken another time."""
TOO_MANY = 429
FIRST_ERROR, FIRST_OF_SERVER = 400, 500
UNREADABLE_SECONDS = 60.0
"""For how long a receiver rests that says so in a way that nobody can read."""


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Poster:
    """Posts to one service.

    Args:
        service: How errors call it: `Slack`, `the webhook at hooks.example.net`.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Return what was answered, whatever it is; raises CannotSayError when nothing was."""
        return await self._ask("POST", url, body, headers)

    async def get(self, url: str) -> Answered:
        """Return what was answered, as `post` does."""
        return await self._ask("GET", url, b"", {})

    async def _ask(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> Answered:
        # Redirects are not followed: they may lead elsewhere with what is secret.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                headers={"User-Agent": f"blinkenlights/{__version__}"},
                # Twelve receivers that hang must not keep others from a connection.
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            async with self._session.request(
                method, url, data=body or None, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.content.read(ANSWER_BYTES)
                return Answered(answer.status, answer.headers, content)
        except TimeoutError:
            raise CannotSayError(
                f"{self.service} did not answer within {TIMEOUT_SECONDS:g} seconds"
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise CannotSayError(f"{self.service} cannot be reached: {_why(error)}") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def refused(self, answer: Answered, said: str = "") -> CannotSayError | None:
        """Return why an answer is no success, sorted into what to do; None for a success.

        Args:
            answer: What came back.
            said: What the service itself says about it, where it says anything of use.
        """
        if answer.status < FIRST_ERROR and answer.status // 100 == 2:  # noqa: PLR2004 - 2xx
            return None
        sentence = f"{self.service} answered {answer.status}" + (f": {said}" if said else "")
        rest = retry_after(answer.headers, time.time())
        if answer.status == TOO_MANY and rest is None:
            rest = UNREADABLE_SECONDS
        is_final = answer.status < FIRST_OF_SERVER and answer.status not in TRY_AGAIN
        return CannotSayError(sentence, retry_after=rest, is_final=is_final)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return for how many seconds a service wants to hear nothing; None where it does not say.

    It is a number of seconds or a date: RFC 9110, section 10.2.3.
    """
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return UNREADABLE_SECONDS


def host_of(url: str) -> str:
    """Return the host of a URL, which is no secret, where its path may be one."""
    return urlsplit(url).hostname or "?"


def _why(error: Exception) -> str:
    """Return what went wrong, without the URL that some errors repeat."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"its certificate is not trusted ({error.certificate_error})"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name has no address"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{error.os_error.strerror or error.os_error}"
    return type(error).__name__
