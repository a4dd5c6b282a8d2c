"""/health: whether what this server says can be relied on, for load balancers and supervisors."""

from typing import Literal

import msgspec
from aiohttp import web

from blinkenlights.web.answers import as_json
from blinkenlights.web.site import Asked


class Health(msgspec.Struct):
    """Whether the store answers and a collector writes to it."""

    status: Literal["ok", "failing"]
    reason: str
    """What is the matter, without names or addresses: anybody may ask."""


async def health(asked: Asked) -> web.StreamResponse:
    """Answer 200 or 503, with the reason."""
    reason = await asked.site.health.what_is_wrong()
    response = as_json(Health("failing" if reason else "ok", reason))
    if reason:
        response.set_status(503)
    return response
