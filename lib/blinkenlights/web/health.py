"""/health: whether what this server says can be relied on, for load balancers and supervisors."""

from typing import Literal

import msgspec
from aiohttp import web

from blinkenlights.errors import StoreError
from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.collection import Collection
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.reports import REPORT_LIMIT
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.answers import as_json
from blinkenlights.web.problems import why_no_store
from blinkenlights.web.site import Asked


class Health(msgspec.Struct):
    """Whether the store answers and a collector writes to it."""

    status: Literal["ok", "failing"]
    reason: str
    """What is the matter, without names or addresses: anybody may ask."""


async def health(asked: Asked) -> web.StreamResponse:
    """Answer 200 or 503, with the reason."""
    now = asked.site.clock()
    try:
        reason = await asked.site.store.ask(lambda store: _what_is_wrong(store, now))
    except StoreError as error:
        reason = why_no_store(error)
    response = as_json(Health("failing" if reason else "ok", reason))
    if reason:
        response.set_status(503)
    return response


def _what_is_wrong(store: StoreReader, now: float) -> str:
    horizon = read_horizon(store.ask(*COMMANDS), now, None)
    if not any(each.running for each in horizon.collectors):
        newest = min((each.age for each in horizon.collectors), default=None)
        if newest is None:
            return "no collector has ever reported"
        return f"no collector has reported for {span(round(newest))}, limit {span(REPORT_LIMIT)}"
    if horizon.blind:
        return "no source can be heard"
    collection = Collection(horizon)
    away, lag = collection.away_for or 0.0, collection.lag or 0.0
    if away > WATERMARK_LIMIT:
        return f"a source was not heard for {span(round(away))}, limit {span(WATERMARK_LIMIT)}"
    if lag > WATERMARK_LIMIT:
        return f"what is stored is {span(round(lag))} old, limit {span(WATERMARK_LIMIT)}"
    return ""
