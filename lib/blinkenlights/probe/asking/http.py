"""Asks in HTTP: redirects, limits, and what came."""

import ssl
from collections.abc import Mapping
from typing import NamedTuple

import aiohttp

from blinkenlights import __version__
from blinkenlights.probe.asking.connector import DiallingConnector
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.http_errors import HEADER_LIMIT, HEADERS, in_http
from blinkenlights.probe.asking.progress import Progress
from blinkenlights.probe.asking.redirects import STATUSES, Hop, first_hop, next_hop, refuse_private
from blinkenlights.probe.asking.resolving import Resolver
from blinkenlights.probe.asking.sentences import body_too_big
from blinkenlights.probe.asking.tls_contexts import Contexts


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def open_session(resolver: Resolver) -> aiohttp.ClientSession:
    """Return what many probes share; it remembers nothing from one to the next."""
    return aiohttp.ClientSession(
        connector=DiallingConnector(resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"blinkenlights/{__version__}"},
        # The time of a probe is limited as a whole, by whoever asks.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        max_line_size=HEADER_LIMIT,
        max_field_size=HEADER_LIMIT,
        max_headers=HEADERS,
        middlewares=(_only_once,),
    )


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from asking again when a server closed the connection: that is the finding."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if isinstance(error, aiohttp.ClientConnectorError):
            raise
        raise _Broken(error) from error


class _Broken(Exception):  # noqa: N818 - it carries one
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


async def ask_http(
    session: aiohttp.ClientSession, contexts: Contexts, progress: Progress
) -> Answer:
    """Return the answer at the end of all redirects; raises Failure."""
    request = progress.request
    hop = first_hop(request)
    seen = set()
    while True:
        seen.add((hop.method, hop.url))
        answer = await _ask_at(session, contexts, progress, hop)
        location = answer.headers.get("location")
        if answer.status not in STATUSES or location is None or not request.redirects:
            return answer
        following = next_hop(request, hop, answer.status, location)
        if (following.method, following.url) in seen:
            raise Failure("redirect", f"redirects go round in a circle: {following.url} again")
        if len(progress.went_to) == request.redirects:
            raise Failure(
                "redirect", f"more than {request.redirects} redirects, the last to {following.url}"
            )
        progress.went_to.append(str(following.url))
        if request.proxy:
            refuse_private(request, hop.url, following.url)
        else:
            progress.may_become_private = request.may_become_private or not progress.is_public
        hop = following


async def _ask_at(
    session: aiohttp.ClientSession, contexts: Contexts, progress: Progress, hop: Hop
) -> Answer:
    """Ask one server; without verification twice, when it does not stand up to it.

    OpenSSL tells Python what is wrong with a certificate only by refusing it.
    """
    tls = hop.tls
    progress.aim_at(hop.url.raw_host or "", hop.url.port or 0, tls.server_name)
    if hop.url.scheme != "https":
        return await _exchange(session, progress, hop, True)
    try:
        return await _exchange(session, progress, hop, contexts.context(tls, verify=True))
    except Failure as failure:
        if failure.trouble != "certificate" or tls.verify:
            raise
    return await _exchange(session, progress, hop, contexts.context(tls, verify=False))


async def _exchange(
    session: aiohttp.ClientSession,
    progress: Progress,
    hop: Hop,
    context: ssl.SSLContext | bool,
) -> Answer:
    """Send one request and read its answer; raises Failure."""
    request = progress.request
    try:
        async with session.request(
            hop.method,
            hop.url,
            headers=hop.headers,
            data=hop.body or None,
            allow_redirects=False,
            ssl=context,
            server_hostname=hop.tls.server_name or None,
            proxy=request.proxy or None,
        ) as response:
            progress.header_ended = True
            follows = request.redirects and response.status in STATUSES
            body = b"" if follows else await _body(progress, response)
            return Answer(response.status, _headers(response), body)
    except _Broken as broken:
        raise in_http(progress, broken.error) from broken
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if isinstance(error, TimeoutError):
            raise
        raise in_http(progress, error) from error
    finally:
        if context is not True:
            progress.abort()


async def _body(progress: Progress, response: aiohttp.ClientResponse) -> bytes:
    """Read up to the limit, of what is packed as well; raises Failure for a longer one."""
    limit = progress.request.body_limit
    content = response.content
    body = await content.readany()
    progress.body_bytes = len(body)
    if content.at_eof() and len(body) <= limit:
        return body
    parts = [body]
    while progress.body_bytes <= limit:
        part = await content.readany()
        if not part:
            return b"".join(parts)
        parts.append(part)
        progress.body_bytes += len(part)
    response.close()
    raise body_too_big(progress)


def _headers(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        name = name.lower()  # noqa: PLW2901
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
