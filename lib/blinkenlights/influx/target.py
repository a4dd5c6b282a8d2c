"""One InfluxDB: how lines are written to it, and what its answers mean."""

import ssl
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import aiohttp
import msgspec

from blinkenlights.config import InfluxConfig
from blinkenlights.masking import masked

REQUEST_SECONDS = 30.0
CONNECT_SECONDS = 5.0
ANSWER_BYTES = 16_384
WORDS = 200
"""Characters of an answer that are said."""
PARTS_AT_MOST = 40
"""Requests in which the lines of one are looked for that make the server refuse it."""
_PARTIAL = "partial write"
"""How both versions call that they took all but some."""
_REFUSED = (400, 413, 422)
"""Sending the same once more would be refused once more."""


class NotTakenError(Exception):
    """InfluxDB does not take anything now; says why."""


class Refused(NamedTuple):
    """Lines that it will never take."""

    number: int
    why: str
    """What it says of one of them; empty when there is none."""


class _Said(NamedTuple):
    status: int
    words: str


class Target:
    """Where lines are written.

    Args:
        config: What is configured.
        session: For requests.
    """

    def __init__(self, config: InfluxConfig, session: aiohttp.ClientSession) -> None:
        self._config = config
        self._session = session
        self._url = write_url(config)
        self._tls = (
            ssl.create_default_context(cafile=config.ca_file or None)
            if config.url.startswith("https")
            else True
        )

    async def write(self, lines: Sequence[bytes]) -> Refused:
        """Write lines; returns which it refuses. Raises NotTakenError: try again later."""
        refused, why, requests = 0, "", 0
        parts = [lines]
        while parts:
            part = parts.pop()
            said = await self._post(b"\n".join(part) + b"\n")
            requests += 1
            if said.status in _REFUSED:
                number = _refused(said, len(part))
                if number is None and requests < PARTS_AT_MOST:
                    parts += [part[len(part) // 2 :], part[: len(part) // 2]]
                    continue
                refused += len(part) if number is None else number
                why = why or said.words
            elif said.status // 100 != 2:  # noqa: PLR2004 - success
                raise NotTakenError(f"answered {said.status} {said.words}".strip())
        return Refused(refused, why)

    async def _post(self, body: bytes) -> _Said:
        try:
            async with self._session.post(
                self._url,
                data=body,
                headers=headers(self._config),
                ssl=self._tls,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(REQUEST_SECONDS, sock_connect=CONNECT_SECONDS),
            ) as response:
                words = _words(await response.content.read(ANSWER_BYTES))
                return _Said(response.status, words or response.reason or "")
        except TimeoutError:
            raise NotTakenError(f"did not answer within {REQUEST_SECONDS:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotTakenError(masked(str(error)) or type(error).__name__) from error


def write_url(config: InfluxConfig) -> str:
    """Return where lines are written, whose times are microseconds."""
    base = config.url.rstrip("/")
    if config.is_second:
        about = {"org": config.org, "bucket": config.bucket, "precision": "us"}
        return f"{base}/api/v2/write?{urlencode(about)}"
    about = {"db": config.database, "precision": "u"}
    if config.retention_policy:
        about["rp"] = config.retention_policy
    return f"{base}/write?{urlencode(about)}"


def headers(config: InfluxConfig) -> dict[str, str]:
    """Return the headers of a request. The secret is read anew, it may have changed.

    Raises ConfigError.
    """
    found = {"Content-Type": "text/plain; charset=utf-8"}
    secret = config.secret()
    if config.is_second and secret:
        found["Authorization"] = f"Token {secret}"
    elif secret:
        login = b64encode(f"{config.username}:{secret}".encode()).decode()
        found["Authorization"] = f"Basic {login}"
    return found


def _refused(said: _Said, number: int) -> int | None:
    """Return how many of so many lines were refused while others were taken; None when unknown."""
    if _PARTIAL in said.words:
        _, found, rest = said.words.rpartition("dropped=")
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        # Of lines that it cannot parse it does not say how many there are.
        return min(number, int(digits)) if found and digits and int(digits) else 1
    return 1 if number == 1 else None


def _words(body: bytes) -> str:
    """Return what an answer says, in one line."""
    text = body.decode(errors="replace")
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    if isinstance(said, dict):
        text = str(said.get("error") or said.get("message") or text)
    return masked(" ".join(text.split()))[:WORDS]
