"""What all handlers of one server share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from blinkenlights.alert.links import Signer
from blinkenlights.alert.responses import Responses
from blinkenlights.clock import Clock
from blinkenlights.config import WebConfig
from blinkenlights.web.access import Access, Visitor
from blinkenlights.web.health_probe import HealthProbe
from blinkenlights.web.places import Places
from blinkenlights.web.post_source import AwaitedPostSource
from blinkenlights.web.sharing import Sharing
from blinkenlights.web.shown import Filters
from blinkenlights.web.store_thread import StoreThread


@dataclass
class Site:
    """One server."""

    config: WebConfig
    clock: Clock
    store: StoreThread
    searches: StoreThread
    """Answers what has to look at all that there is; nothing else waits for that."""
    health: HealthProbe
    sharing: Sharing
    access: Access
    posts: AwaitedPostSource | None
    """Takes what is posted; None where nothing is taken."""
    responses: Responses | None
    """Keeps what people do about alerts; None where nothing is taken."""
    signer: Signer | None
    """Tells links in messages from others; None where messages have none."""
    streams: Places
    """Of pages that are kept up to date."""
    links: Mapping[str, str]
    """Name of a subject -> template of a link to where more is known of its things."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server ends, so that streams end."""

    def thread_for(self, filters: Filters) -> StoreThread:
        """Return what answers when this is asked for."""
        return self.searches if filters.is_search else self.store


@dataclass(frozen=True)
class Asked:
    """One request, with what was found out about it."""

    site: Site
    request: web.Request
    visitor: Visitor
    query: Any
    """The struct that its route has for the query."""

    def named(self, part: str) -> str:
        """Return one part of the path."""
        return self.request.match_info[part]


SITE = web.AppKey("site", Site)
