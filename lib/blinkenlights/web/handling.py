"""aiohttp's side of a connection, without what it would say of a request that is no HTTP."""

import asyncio
import logging
from http import HTTPStatus

from aiohttp import web

from blinkenlights.web.guard import guard_of
from blinkenlights.web.problems import problem

KEEPALIVE_SECONDS = 30.0
LINGER_SECONDS = 10.0
"""How long the rest of a body is read after its answer, so that its sender reads that."""
LINE_BYTES = 8190
"""The longest first line of a request, and the longest header."""

log = logging.getLogger("blinkenlights.web")


class Handler(web.RequestHandler):
    """Answers what comes by one connection."""

    def __init__(self, server: web.Server) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=KEEPALIVE_SECONDS,
            lingering_time=LINGER_SECONDS,
            access_log=None,  # type: ignore[arg-type] # none, which its type leaves out
            max_line_size=LINE_BYTES,
            max_field_size=LINE_BYTES,
            auto_decompress=False,  # unzipping.py notices what was cut off
        )

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the answer to what never reached a route; aiohttp would repeat a part of it."""
        del message  # which holds what came, and that may be a token
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        has_gone = isinstance(exc, ConnectionError)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not has_gone:
            log.error("our own code failed before a request was read: %s", type(exc).__name__)
        response = problem(status, HTTPStatus(status).phrase, "this is no request that we take")
        response.headers["Server"] = "blinkenlights"
        response.force_close()
        return response

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer, and tell the guard of the connection when it is sent."""
        guard = guard_of(request.transport)
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            if guard is not None:
                guard.request_over()
