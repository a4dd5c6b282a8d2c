"""Every route: the one table from which both the server and its OpenAPI document are made."""

from collections.abc import Iterator
from functools import cache

import msgspec
from aiohttp import web

from blinkenlights.kinds.registry import own_routes, signals
from blinkenlights.web import (
    alert_routes,
    api,
    health,
    metrics,
    openapi,
    page_handlers,
    points,
    post_handlers,
    stream,
)
from blinkenlights.web.listing import Listing, ListQuery
from blinkenlights.web.posting import Stored
from blinkenlights.web.route import JSON, Answer, Route, page_at
from blinkenlights.web.shown import Detail, Snapshot
from blinkenlights.web.site import Asked
from blinkenlights.web.views import displays


def _lists() -> Iterator[Route]:
    """Give the lists of each subject that is shown, and the pages of its things."""
    for subject, display in displays().items():
        plural = display.plural
        yield Route(
            "GET",
            f"/api/v1/{plural}",
            api.listing_of(subject),
            "read",
            f"All {plural}, page by page",
            {200: Answer(f"A page of the {plural}.", JSON, Listing)},
            ListQuery,
            tagged=True,
            name=plural,
        )
        if display.points is not None:
            # Before the pages of things, because a name may hold a slash.
            yield Route(
                "GET",
                f"/api/v1/{plural}/{{name}}/points",
                points.points_of(subject),
                "whole",
                f"The numbers of one {subject} over the last hour, day or month",
                {200: Answer("The numbers.", JSON, points.Points, also=(points.CSV,))},
                points.PointsQuery,
                name=f"{subject}_points",
            )
        yield Route(
            "GET",
            f"/api/v1/{plural}/{{name}}",
            api.one_of(subject),
            "read",
            f"One {subject}, with its facts and short history",
            {200: Answer(f"The {subject}.", JSON, Detail)},
            tagged=True,
            name=subject,
        )


_STORED = {
    200: Answer("All of it is in the store.", JSON, Stored),
    422: Answer("What is in order is in the store; the rest holds no signal.", JSON, Stored),
}


def _posts() -> Iterator[Route]:
    """Give where single messages are posted, of the signals of which that is taken."""
    for signal in signals():
        if signal.body is not None:
            yield Route(
                "POST",
                f"/api/v1/{signal.name}",
                post_handlers.one_of(signal.name),
                "write",
                f"Store one {signal.name}",
                _STORED,
                post_handlers.PostQuery,
                takes=JSON,
                body=signal.body,
                name=signal.name,
            )
        for form in signal.formats:
            yield Route(
                "POST",
                f"/api/v1/{signal.name}/{form.name}",
                post_handlers.lines_of(signal.name, form.name),
                "write",
                f"Store lines of {form.name}, each by itself",
                _STORED,
                post_handlers.PostQuery,
                takes="text/plain",
                name=f"{signal.name}_{form.name}",
            )
            for post in form.posts:
                yield Route(
                    "POST",
                    post.path,
                    post_handlers.written_as(signal.name, form.name),
                    "write",
                    f"Store lines of {form.name}, answered as its clients expect",
                    {204: Answer("All of it is in the store.", "")},
                    post.query,
                    takes="text/plain",
                    name=f"{signal.name}_{form.name}_{post.path.strip('/').replace('/', '_')}",
                )


def _of_kinds() -> Iterator[Route]:
    """Give what kinds answer below paths of their own."""
    for own in own_routes():
        answers = {200: Answer(own.says, JSON, own.type)}
        if own.unknown:
            answers[404] = Answer(own.unknown, "text/plain")
        handler = api.own_answer(own)
        yield Route("GET", own.path, handler, "read", own.summary, answers, name=own.name)


async def _openapi(asked: Asked) -> web.StreamResponse:
    """Answer with what there is under /api/."""
    del asked
    return web.Response(body=_document(), content_type=JSON)


@cache
def _document() -> bytes:
    return msgspec.json.encode(openapi.describe([route for route in ROUTES if not route.is_page]))


ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/v1/status",
        api.status,
        "read",
        "The worst of everything, and counts of the rest",
        {200: Answer("What the page shows.", JSON, Snapshot)},
        api.FilterQuery,
        tagged=True,
    ),
    *alert_routes.API,
    *_lists(),
    Route(
        "GET",
        "/api/v1/collectors",
        api.collectors,
        "whole",
        "Who listens, where, and since when something could not be heard",
        {200: Answer("Collectors, and the queues and sockets.", JSON, api.Collectors)},
    ),
    Route(
        "GET",
        "/api/v1/rejected",
        api.rejected,
        "whole",
        "What could not be parsed",
        {200: Answer("Counts and samples.", JSON, api.Rejected)},
        tagged=True,
    ),
    *_posts(),
    Route(
        "POST",
        "/api/v1/lines",
        post_handlers.lines,
        "write",
        "Store signals, one JSON object a line, each with its kind",
        _STORED,
        post_handlers.PostQuery,
        takes="application/x-ndjson",
    ),
    Route(
        "GET",
        "/api/v1/openapi.json",
        _openapi,
        "open",
        "This document",
        {200: Answer("OpenAPI 3.1.", JSON)},
    ),
    Route(
        "GET",
        "/metrics",
        metrics.metrics,
        "read",
        "Counts of each state for Prometheus",
        {200: Answer("The text format of Prometheus.", "text/plain")},
    ),
    Route(
        "GET",
        "/health",
        health.health,
        "open",
        "Whether what this server says can be relied on",
        {
            200: Answer("The store answers, and a collector writes to it.", JSON, health.Health),
            503: Answer("Something is the matter.", JSON, health.Health),
        },
    ),
    *_of_kinds(),
    page_at("/", page_handlers.page, api.FilterQuery),
    page_at("/one", page_handlers.one_page, page_handlers.OneQuery),
    *alert_routes.PAGES,
    page_at("/stream", stream.stream, api.FilterQuery),
    page_at("/stream/one", stream.stream_one, page_handlers.OneQuery),
    page_at("/static/{file}", page_handlers.static, page_handlers.AnyQuery, "open"),
)
