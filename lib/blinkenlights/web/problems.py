"""What goes wrong, as answers: RFC 9457 for the API, words for people. Never a secret."""

import math

import msgspec
from aiohttp import web

from blinkenlights.errors import StoreError, StoreUnreachable

NO_STORE = "the store does not answer"
NO_SENSE = "the store does not give what was asked for; see the log of this server"


def why_no_store(error: StoreError) -> str:
    """Return why nothing is known, without the store's address."""
    return error.advice or (NO_STORE if isinstance(error, StoreUnreachable) else NO_SENSE)


class Problem(msgspec.Struct):
    """Why something was not done, as in RFC 9457."""

    title: str
    status: int
    detail: str


class Refusal(Exception):  # noqa: N818 - an answer
    """A request that is not carried out."""

    status = 400
    title = "Bad Request"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to this answer."""
        return {}

    def answer(self) -> web.Response:
        """Return it as an answer."""
        return problem(self.status, self.title, self.detail, self.headers)


class Invalid(Refusal):
    """The request cannot be understood."""


class Unauthorized(Refusal):
    """It takes a token, or another one."""

    status, title = 401, "Unauthorized"

    @property
    def headers(self) -> dict[str, str]:
        """Ask a browser for the token."""
        return {"WWW-Authenticate": 'Basic realm="blinkenlights", charset="UTF-8"'}


class Forbidden(Refusal):
    """The token is for something else."""

    status, title = 403, "Forbidden"


class Unknown(Refusal):
    """There is no such thing, or not for who asks."""

    status, title = 404, "Not Found"


class Conflict(Refusal):
    """It was about what is not so any more."""

    status, title = 409, "Conflict"


class Gone(Refusal):
    """It was good for a time, which is over."""

    status, title = 410, "Gone"


class TooLarge(Refusal):
    """More was sent than is taken."""

    status, title = 413, "Content Too Large"


class Unsupported(Refusal):
    """It is compressed in a way that is not taken."""

    status, title = 415, "Unsupported Media Type"

    @property
    def headers(self) -> dict[str, str]:
        """Say which ways are."""
        return {"Accept-Encoding": "gzip, deflate"}


class Delayed(Refusal):
    """Something that may work later."""

    def __init__(self, seconds: float, detail: str) -> None:
        super().__init__(f"{detail}; try again in {math.ceil(seconds)} s")
        self._seconds = math.ceil(seconds)

    @property
    def headers(self) -> dict[str, str]:
        """Say when."""
        return {"Retry-After": str(self._seconds)}


class TooMany(Delayed):
    """They ask too often."""

    status, title = 429, "Too Many Requests"


class Unavailable(Delayed):
    """The store is away, or full."""

    status, title = 503, "Service Unavailable"


def problem(
    status: int, title: str, detail: str, headers: dict[str, str] | None = None
) -> web.Response:
    """Return an answer that says what went wrong."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(Problem(title, status, detail)),
        content_type="application/problem+json",
        headers=headers,
    )
