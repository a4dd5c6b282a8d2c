"""The routes as an aiohttp application: who asks, what is asked, and answers to what goes wrong."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from blinkenlights.errors import BlinkenlightsError, StoreError, StoreUnreachable
from blinkenlights.web import page_handlers
from blinkenlights.web.guard import guard_of
from blinkenlights.web.problems import Invalid, Refusal, Unavailable, problem, why_no_store
from blinkenlights.web.route import Route
from blinkenlights.web.routes import ROUTES
from blinkenlights.web.site import SITE, Asked, Site

log = logging.getLogger("blinkenlights.web")

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What one may see another may not, and what was true is not any more.
    "Cache-Control": "private, no-cache",
}
_WHAT_THERE_IS = "/api/v1/openapi.json says what there is"
_NONE: Mapping[str, str] = {}


def application(site: Site) -> web.Application:
    """Return the application of a server."""
    app = web.Application(middlewares=[_bounded, _worded], client_max_size=site.config.body_bytes)
    app[SITE] = site
    app.on_response_prepare.append(_add_headers)
    for route in ROUTES:
        methods: list[str] = [route.method]
        if route.method == "GET" and not route.path.startswith("/stream"):
            methods.append("HEAD")  # monitoring asks so; the head of a stream has no end
        for method in methods:
            app.router.add_route(method, _pattern(route.path), _handle(route))
    return app


def _pattern(path: str) -> str:
    # A name may hold a slash.
    return re.sub(r"\{(\w+)\}", r"{\1:(?s:.+)}", path)


def _handle(route: Route) -> Handle:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            asked = _asked(request, route)
        except Refusal as refusal:
            return _refused(refusal, request, is_page=route.is_page)
        try:
            return await route.handler(asked)
        except Refusal as refusal:
            return _refused(refusal, request, is_page=route.is_page)
        except StoreError as error:
            if not isinstance(error, StoreUnreachable):  # an outage is said once, by the store
                log.warning("not answered: %s", error)
            if route.is_page:
                return page_handlers.blind(asked, why_no_store(error))
            return Unavailable(5, why_no_store(error)).answer()

    return handle


def _asked(request: web.Request, route: Route) -> Asked:
    site = request.app[SITE]
    now = asyncio.get_running_loop().time()
    visitor = site.access.visitor(request, now, is_open=route.access == "open")
    if route.access == "write":
        site.access.may_write(visitor, request)
    elif route.access == "respond":
        site.access.may_respond(visitor, request)
    elif route.access != "open":
        site.access.may_read(visitor, request, whole=route.access == "whole")
    return Asked(site, request, visitor, _query(request, route.query))


def _refused(refusal: Refusal, request: web.Request, *, is_page: bool) -> web.Response:
    if not is_page:
        return refusal.answer()
    return _page(request, refusal.status, refusal.title, refusal.detail, refusal.headers)


def _page(
    request: web.Request, status: int, title: str, detail: str, headers: Mapping[str, str] = _NONE
) -> web.Response:
    """Answer what is wrong for people, with a way back from wherever they asked."""
    root = "../" * (request.rel_url.raw_path.count("/") - 1)
    response = page_handlers.refused(status, title, detail, root)
    response.headers.update(headers)
    return response


def _query(request: web.Request, kind: type[msgspec.Struct]) -> Any:  # noqa: ANN401 - any struct
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name in given:
            raise Invalid(f"{name} is given twice")
        # A byte that is no UTF-8 comes as half a character, which nothing can be named by.
        given[name] = value.encode(errors="replace").decode()
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from None


@web.middleware
async def _bounded(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Bound the time for a request; its end is told where its answer is sent."""
    guard = guard_of(request.transport)
    if guard is not None:
        guard.request_begun()
    return await handler(request)


@web.middleware
async def _worded(request: web.Request, handler: Handle) -> web.StreamResponse:
    """Turn what no route answers, and what is our own fault, into an answer."""
    try:
        return await handler(request)
    except BlinkenlightsError as error:
        log.error("not answered: %s", error)  # noqa: TRY400 - a sentence for the administrator
        return _failed(request, "the server is not set up right; see its log")
    except web.HTTPException as error:
        return _unanswered(request, error)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as error:
        # Without what was asked for: it may hold a secret.
        log.exception("our own code failed on %s", type(error).__name__)
        return _failed(request, "our own code failed; see the server's log")


def _unanswered(request: web.Request, error: web.HTTPException) -> web.Response:
    """Answer that nothing is at an address, or nothing for that method."""
    methods = error.headers.get("Allow", "")
    allow = {"Allow": methods} if methods else {}
    taken = f"this address takes {methods.replace(',', ' and ')}" if methods else ""
    if _is_for_people(request):
        said = f"{taken[0].upper()}{taken[1:]}." if taken else "There is nothing at this address."
        return _page(request, error.status, error.reason, said, allow)
    said = f"{taken}; {_WHAT_THERE_IS}" if taken else _WHAT_THERE_IS
    return problem(error.status, error.reason, said, allow)


def _failed(request: web.Request, detail: str) -> web.Response:
    title = "Internal Server Error"
    if _is_for_people(request):
        return _page(request, 500, title, detail)
    return problem(500, title, detail)


def _is_for_people(request: web.Request) -> bool:
    """Return whether a browser asks for a page; a program that takes anything gets JSON."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    ancestors = " ".join(request.app[SITE].config.frame_ancestors) or "'none'"
    response.headers.setdefault("Content-Security-Policy", _POLICY + ancestors)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # In place of the versions of everything below us.
    response.headers["Server"] = "blinkenlights"
