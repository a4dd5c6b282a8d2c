"""Answers of the API: JSON, with a tag that stays while nothing but time has changed."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import msgspec
from aiohttp import web

from blinkenlights.kinds.rows import Row

_json = msgspec.json.Encoder(order="deterministic").encode


def as_json(value: Any, etag: str | None = None) -> web.Response:  # noqa: ANN401 - any struct
    """Return an answer that holds `value`."""
    response = web.Response(body=_json(value), content_type="application/json")
    if etag is not None:
        response.headers["ETag"] = etag
    return response


def tag_of(rows: Iterable[Row], *more: object) -> str:
    """Return a weak tag of rows: the same while their states, times and facts are the same.

    Ages and sentences go on counting meanwhile; readers can count on by themselves.
    """
    kept = [(row.kind, row.name, row.state, row.status, row.seen, row.facts) for row in rows]
    return f'W/"{blake2b(_json((kept, more)), digest_size=12).hexdigest()}"'


def has_not_changed(request: web.Request, etag: str) -> bool:
    """Return whether who asks has what this tag stands for."""
    header = request.headers.get("If-None-Match", "")
    known = [each.strip() for each in header.split(",")]
    return "*" in known or etag in known or etag.removeprefix("W/") in known


def unchanged(etag: str) -> web.Response:
    """Return the answer that nothing has changed."""
    return web.Response(status=304, headers={"ETag": etag})
