"""The page that links in messages lead to: what would be done, and a button that does it.

A link alone does nothing, because programs follow links to show what is behind them. Its signature
is all that is needed, so it works on a phone that has no token.
"""

from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import web

from blinkenlights.alert import looking_up
from blinkenlights.alert.links import (
    SILENCED_SECONDS,
    Link,
    LinkError,
    LinkExpiredError,
    Signer,
)
from blinkenlights.alert.looking_up import Firing
from blinkenlights.web import responding
from blinkenlights.web.forms import form_of
from blinkenlights.web.page import render
from blinkenlights.web.page_handlers import html
from blinkenlights.web.problems import Forbidden, Gone
from blinkenlights.web.shown import Filters
from blinkenlights.web.site import Asked

REASON = "by a link in a message"


class LinkQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What the link holds."""

    action: str = ""
    episode: str = ""
    expires: str = ""
    receiver: str = ""
    signature: str = ""


async def show(asked: Asked) -> web.StreamResponse:
    """Answer with what the link would do."""
    signer, link = _link(asked, msgspec.structs.asdict(asked.query))
    found = await _firing(asked, link)
    return _page(link, found, fields=signer.fields(link), is_done=False)


async def act(asked: Asked) -> web.StreamResponse:
    """Do what the link says, in the name of who was told."""
    _, link = _link(asked, await form_of(asked))
    found = await _firing(asked, link)
    for one in found:
        if link.action == "silence":
            await _silence(asked, link.receiver, one)
        elif not one.is_acknowledged:
            # Each one is told to everybody: another press of the button is none.
            await responding.acknowledge(
                asked, link.receiver, one.name, episode=one.episode, reason=REASON
            )
    return _page(link, found, fields={}, is_done=True)


async def _silence(asked: Asked, by: str, one: Firing) -> None:
    """Silence one alert, unless that was done by another press of the button."""
    now = asked.site.clock()
    known = await asked.site.store.ask(
        lambda store: looking_up.silences(store, now), asked.visitor.asker
    )
    if not any(each.match == one.match and each.by == by and each.counts(now) for each in known):
        end = now + SILENCED_SECONDS
        await responding.silence(asked, by, one.match, start=now, end=end, reason=REASON)


def _link(asked: Asked, given: Mapping[str, str]) -> tuple[Signer, Link]:
    signer = asked.site.signer
    if signer is None:
        raise Forbidden("links are not taken here; set links_secret_file in [alert]")
    responding.responses_of(asked)
    try:
        return signer, signer.verified(given, asked.site.clock())
    except LinkExpiredError as error:
        raise Gone(f"{error}. The page of the alert has what it is now") from None
    except LinkError as error:
        raise Forbidden(str(error)) from None


async def _firing(asked: Asked, link: Link) -> Sequence[Firing]:
    now = asked.site.clock()
    return await asked.site.store.ask(
        lambda store: looking_up.firings(store, link.episodes, now), asked.visitor.asker
    )


def _page(
    link: Link,
    found: Sequence[Firing],
    *,
    fields: Mapping[str, str],
    is_done: bool,
) -> web.Response:
    return html(
        render(
            "link_page.html",
            Filters(),
            link=link,
            alerts=found,
            over=len(link.episodes) - len(found),
            seconds=SILENCED_SECONDS,
            fields=fields,
            is_done=is_done,
        )
    )
