"""The handlers of the page: it, the pages of single things, and the files beside it."""

from importlib.resources import files
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from blinkenlights.web.page import render_blind, render_one, render_page, render_refusal
from blinkenlights.web.page_links import linked
from blinkenlights.web.problems import Unknown
from blinkenlights.web.shown import Detail, Filters
from blinkenlights.web.site import Asked
from blinkenlights.web.snapshot import one
from blinkenlights.web.views import SubjectName
from blinkenlights.web.zipping import ZIPPED, takes_gzip, zipped

FILES = {"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"}
KEPT_SECONDS = 86400
"""How long a browser keeps a file; the links to them name the version."""

VARY = {"Vary": "Accept-Encoding"}


class OneQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which thing."""

    kind: SubjectName
    name: Annotated[str, Meta(min_length=1, max_length=4096)]


class AnyQuery(msgspec.Struct):
    """Whatever keeps a browser from taking an older file."""


async def page(asked: Asked) -> web.StreamResponse:
    """Answer with the page."""
    query = asked.query
    filters = Filters(query.kind, query.name, query.state, asked.visitor.only_source)
    text = await asked.site.sharing.text(filters, render_page, asked.visitor.asker)
    if not takes_gzip(asked.request):
        return html(text, headers=VARY)
    return web.Response(
        body=zipped(text), content_type="text/html", charset="utf-8", headers=ZIPPED | VARY
    )


async def one_page(asked: Asked) -> web.StreamResponse:
    """Answer with the page of one thing."""
    return html(render_one(await read_one(asked)))


async def read_one(asked: Asked) -> Detail:
    """Return the thing that is asked for; raises Unknown, or a StoreError."""
    site, query = asked.site, asked.query
    filters = Filters(only_source=asked.visitor.only_source)
    detail = await site.store.ask(
        lambda store: one(store, site.clock(), query.kind, query.name, filters),
        asked.visitor.asker,
    )
    if detail is None:
        raise Unknown(f"there is no {query.kind} {query.name!r}, or it is not for you to see")
    return linked(detail, site.links)


async def static(asked: Asked) -> web.StreamResponse:
    """Answer with a file of the page."""
    name = asked.named("file")
    if name not in FILES:
        raise Unknown(f"there is no file {name!r}")
    return web.Response(
        body=files("blinkenlights.web").joinpath("static", name).read_bytes(),
        content_type=FILES[name],
        charset="utf-8",
        headers={"Cache-Control": f"public, max-age={KEPT_SECONDS}"},
    )


def blind(asked: Asked, reason: str) -> web.Response:
    """Answer that nothing can be known, and since when."""
    site, query = asked.site, asked.query
    filters = Filters(
        kind=getattr(query, "kind", ""),
        name=getattr(query, "name", ""),
        state=getattr(query, "state", ""),
    )
    text = render_blind(reason, site.clock(), site.sharing.answered, filters)
    return html(text, 503, {"Retry-After": "5"})


def refused(status: int, title: str, detail: str, root: str = "") -> web.Response:
    """Answer what is wrong with the request; `root` leads to where the page is."""
    return html(render_refusal(title, detail, root), status)


def html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with a page."""
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
