"""The handlers of /api/v1/ that write."""

import asyncio
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from blinkenlights.web.answers import as_json
from blinkenlights.web.problems import Forbidden, Invalid, TooLarge
from blinkenlights.web.site import Asked

BODY_SECONDS = 10.0
"""How long a body may take to come."""


class PostQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What is known of what is posted."""

    again: Annotated[
        bool,
        Meta(
            description="It may have been posted before, with an answer that got lost: transfers "
            "are then counted once."
        ),
    ] = False


class HeartbeatBody(msgspec.Struct):
    """A heartbeat, for the document: any form that a broker delivers is taken, and any keys."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    system: Annotated[str, Meta(description="What it belongs to; it is then system:name.")] = ""
    uuid: Annotated[str, Meta(description="Which process of it.")] = ""
    timestamp: Annotated[
        str | float | None,
        Meta(description="ISO 8601 or seconds since the epoch; the present without."),
    ] = None
    interval: Annotated[
        float | None, Meta(description="Seconds between two beats; the server's default without.")
    ] = None


async def heartbeat(asked: Asked) -> web.StreamResponse:
    """Store one heartbeat."""
    body = await _body(asked)
    return await _post(asked, [body], "heartbeat")


async def lines(asked: Asked) -> web.StreamResponse:
    """Store what is in some lines, each of the kind that it names."""
    body = await _body(asked)
    return await _post(asked, [line for line in body.split(b"\n") if line.strip()], "")


async def _post(asked: Asked, lines: list[bytes], kind: str) -> web.Response:
    posts = asked.site.posts
    if posts is None:
        raise Forbidden("nothing is taken here; set post = true in [web] of the configuration")
    only_source = asked.visitor.only_source
    source = await posts.source()
    stored = await source.post(lines, kind, again=asked.query.again, only_source=only_source)
    response = as_json(stored)
    if stored.rejected:
        response.set_status(422)
    return response


async def _body(asked: Asked) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await asked.request.read()
    except TimeoutError:
        raise Invalid(f"the body did not come within {BODY_SECONDS:g} s") from None
    except web.HTTPRequestEntityTooLarge:
        most = asked.site.config.body_bytes
        raise TooLarge(f"a body has at most {most} bytes; send it in parts") from None
