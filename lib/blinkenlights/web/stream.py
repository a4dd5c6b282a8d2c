"""/stream: the part of the page that changes, sent again when it has changed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiohttp import web

from blinkenlights.errors import StoreError
from blinkenlights.web.guard import guard_of
from blinkenlights.web.page import (
    render_blind_fragment,
    render_fragment,
    render_one_fragment,
)
from blinkenlights.web.page_handlers import read_one
from blinkenlights.web.problems import Delayed, Unavailable, Unknown, why_no_store
from blinkenlights.web.shown import Filters, Snapshot
from blinkenlights.web.site import Asked, Site
from blinkenlights.web.zipping import ZIPPED, ZippedStream, takes_gzip

LOOK_SECONDS = 1.0
"""How often a stream looks whether something has changed."""
LOOK_AT_ONE_SECONDS = 5.0
"""The same for one thing, whose look is shared with nobody."""
AGES_SECONDS = 10.0
"""How often it sends ages that went on counting, when nothing else has changed."""
RETRY_MILLISECONDS = 5000
WRITE_SECONDS = 10.0
"""How long a reader may take to read what was sent before the stream is ended."""


class Shown(NamedTuple):
    """What a stream shows at one moment."""

    states: str
    """The same while no state does otherwise."""
    fragment: str


Show = Callable[[str], Awaitable[Shown]]
"""Gives what is to be shown now; the fragment is empty when the states are still those given."""


async def stream(asked: Asked) -> web.StreamResponse:
    """Send the page's fragment now, when a state changes, and every few seconds for its ages."""
    sharing, query = asked.site.sharing, asked.query
    filters = Filters(query.kind, query.name, query.state, asked.visitor.only_source)
    asker = asked.visitor.asker

    async def show(known: str) -> Shown:
        states = await sharing.text(filters, states_of, asker)
        if states == known:
            return Shown(states, "")
        return Shown(states, await sharing.text(filters, render_fragment, asker))

    return await _stream(asked, show, LOOK_SECONDS)


async def stream_one(asked: Asked) -> web.StreamResponse:
    """Send the fragment of the page of one thing, in the same way."""

    async def show(known: str) -> Shown:
        detail = await read_one(asked)
        states = f"{detail.row.state} {detail.row.status} {len(detail.doubts)}"
        return Shown(states, "" if states == known else render_one_fragment(detail))

    return await _stream(asked, show, LOOK_AT_ONE_SECONDS)


async def _stream(asked: Asked, show: Show, every: float) -> web.StreamResponse:
    site = asked.site
    ended = asyncio.Event()
    place = site.streams.take(asked.visitor.asker, ended.set)
    if place is None:
        most = site.streams.most
        raise Unavailable(30, f"{most} pages are kept up to date, and that is the limit")
    try:
        await show("")  # so that a store that is away is said as an answer
        zipping = ZippedStream() if takes_gzip(asked.request) else None
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                # nginx holds answers back unless told otherwise.
                "X-Accel-Buffering": "no",
                **(ZIPPED if zipping else {}),
            }
        )

        async def write(text: str) -> None:
            async with asyncio.timeout(WRITE_SECONDS):
                await response.write(zipping.bytes_of(text) if zipping else text.encode())

        await response.prepare(asked.request)
        guard = guard_of(asked.request.transport)
        if guard is not None:
            guard.streams()
        await write(f"retry: {RETRY_MILLISECONDS}\n\n")
        await _send_changes(asked, show, every, write, ended)
    except (ConnectionError, TimeoutError):
        if asked.request.transport is not None:
            asked.request.transport.abort()
    finally:
        site.streams.leave(place)
    return response


async def _send_changes(
    asked: Asked,
    show: Show,
    every: float,
    write: Callable[[str], Awaitable[None]],
    ended: asyncio.Event,
) -> None:
    """Send what changes until the server ends, the token is taken back, or `ended` is set."""
    loop, site = asyncio.get_running_loop(), asked.site
    sent, sent_at = "", 0.0
    while not (site.closing.is_set() or ended.is_set()) and site.access.still_holds(asked.visitor):
        now = loop.time()
        known = sent if now - sent_at < AGES_SECONDS else ""
        try:
            shown = await show(known)
        except StoreError as error:
            shown = Shown("away", "" if known == "away" else _blind(site, why_no_store(error)))
        except Delayed:
            shown = Shown(sent, "")  # too much is asked now: the next look comes soon
        except Unknown:
            return  # it was forgotten: the page loads itself again, and says so
        if shown.fragment:
            await write(_event(shown.fragment))
            sent, sent_at = shown.states, now
        await _rest(site.closing, every)


def states_of(snapshot: Snapshot, _filters: Filters) -> str:
    """Return a text that stays the same while no state does otherwise."""
    parts = [snapshot.status, str(len(snapshot.doubts)), str(snapshot.rejected_counts)]
    for section in snapshot.sections:
        parts.append(f"{section.kind} {section.total} {section.counts}")
        parts += [f"{row.name}\0{row.state}\0{row.status}" for row in section.rows]
        parts += section.together
    return "\n".join(parts)


def _blind(site: Site, why: str) -> str:
    return render_blind_fragment(why, site.clock(), site.sharing.answered)


def _event(fragment: str) -> str:
    lines = "".join(f"data: {line}\n" for line in fragment.splitlines())
    return f"event: fragment\n{lines}\n"


async def _rest(closing: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return
