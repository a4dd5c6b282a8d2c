"""The handlers of /api/v1/ that write."""

import asyncio
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from blinkenlights.web.answers import as_json
from blinkenlights.web.posting import Stored
from blinkenlights.web.problems import Forbidden, Invalid, TooLarge
from blinkenlights.web.route import Handler
from blinkenlights.web.site import Asked
from blinkenlights.web.unzipping import unzipped

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


def one_of(signal: str) -> Handler:
    """Return the handler that stores one message of a signal."""

    async def store(asked: Asked) -> web.StreamResponse:
        return _told(await _post(asked, [await body_of(asked)], signal))

    return store


async def lines(asked: Asked) -> web.StreamResponse:
    """Store what is in some lines, each of the kind that it names."""
    return _told(await _post(asked, await _lines(asked), ""))


def lines_of(signal: str, form: str) -> Handler:
    """Return the handler that stores lines of one form of a signal."""

    async def store(asked: Asked) -> web.StreamResponse:
        return _told(await _post(asked, await _lines(asked), signal, form))

    return store


def written_as(signal: str, form: str) -> Handler:
    """Return the handler for clients of others, which expect no content, or what is wrong."""

    async def store(asked: Asked) -> web.StreamResponse:
        stored = await _post(asked, await _lines(asked), signal, form)
        if not stored.rejected:
            return web.Response(status=204)
        first = stored.lines[0]
        why = (
            f"partial write: {stored.rejected} of {stored.rejected + stored.stored} lines are "
            f"refused; line {first.line}: {first.reason}: {first.detail}"
        )
        # Version 1 of InfluxDB has `error` there, version 2 `code` and `message`.
        said = {"title": "Bad Request", "status": 400, "detail": why}
        said |= {"code": "invalid", "message": why, "error": why}
        return web.Response(
            status=400, body=msgspec.json.encode(said), content_type="application/problem+json"
        )

    return store


async def _lines(asked: Asked) -> list[bytes]:
    return [line for line in (await body_of(asked)).split(b"\n") if line.strip()]


def _told(stored: Stored) -> web.Response:
    response = as_json(stored)
    if stored.rejected:
        response.set_status(422)
    return response


async def _post(asked: Asked, lines: list[bytes], kind: str, form: str = "") -> Stored:
    posts = asked.site.posts
    if posts is None:
        raise Forbidden("nothing is taken here; set post = true in [web] of the configuration")
    token = asked.visitor.token
    source = await posts.source(asked.site.health.why_no_store)
    return await source.post(
        lines,
        kind,
        form=form,
        again=getattr(asked.query, "again", False),
        token=token.name if token else "",
        only_source=asked.visitor.only_source,
    )


async def body_of(asked: Asked) -> bytes:
    """Return what was sent, unzipped; raises a Refusal."""
    most = asked.site.config.body_bytes
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await asked.request.read()
    except TimeoutError:
        raise Invalid(f"the body did not come within {BODY_SECONDS:g} s") from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge(f"a body has at most {most} bytes; send it in parts") from None
    except web.RequestPayloadError:
        raise Invalid("the body is not what its head says") from None
    return unzipped(body, asked.request.headers.get("Content-Encoding", ""), most)
