"""The handlers of /api/v1/ that read."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from blinkenlights.kinds.own_route import OwnRoute
from blinkenlights.kinds.rows import Missed, Row
from blinkenlights.store.report import Sample
from blinkenlights.web.answers import as_json, has_not_changed, tag_of, unchanged
from blinkenlights.web.listing import list_page
from blinkenlights.web.page_links import linked
from blinkenlights.web.problems import Forbidden, Unknown
from blinkenlights.web.route import Handler
from blinkenlights.web.shown import Collector, Filters, Queue, Snapshot
from blinkenlights.web.site import Asked
from blinkenlights.web.snapshot import one
from blinkenlights.web.views import AnySubject


class FilterQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What to show."""

    kind: Annotated[AnySubject, Meta(description="Only one kind; empty for all.")] = ""
    name: Annotated[
        str, Meta(max_length=255, description="A name, or a glob with `*`, `?` or `[...]`.")
    ] = ""
    state: Annotated[
        str, Meta(max_length=40, description="Only what is in this state, such as `silent`.")
    ] = ""


class Collectors(msgspec.Struct):
    """Who listens, and where."""

    made: float
    judged_at: float
    doubts: list[str]
    collectors: list[Collector]
    queues: list[Queue]
    missed: list[Missed]
    """When they could not be heard, newest first; the last few."""


class Rejected(msgspec.Struct):
    """What could not be parsed."""

    counts: dict[str, int]
    """Reason -> how many since the store is new."""
    samples: list[Sample]
    """The last few, newest first."""


async def status(asked: Asked) -> web.StreamResponse:
    """Answer with the snapshot: the worst of each kind, and counts."""
    query = asked.query
    filters = Filters(query.kind, query.name, query.state, asked.visitor.only_source)
    etag = await asked.site.sharing.text(filters, _snapshot_tag, asked.visitor.asker)
    if has_not_changed(asked.request, etag):
        return unchanged(etag)
    text = await asked.site.sharing.text(filters, _snapshot_json, asked.visitor.asker)
    return web.Response(text=text, content_type="application/json", headers={"ETag": etag})


async def collectors(asked: Asked) -> web.StreamResponse:
    """Answer with the collectors, and the queues and sockets that they listen on."""
    snapshot = await asked.site.sharing.snapshot(Filters(), asked.visitor.asker)
    return as_json(
        Collectors(
            snapshot.made,
            snapshot.judged_at,
            snapshot.doubts,
            snapshot.collectors,
            snapshot.queues,
            snapshot.missed,
        )
    )


async def rejected(asked: Asked) -> web.StreamResponse:
    """Answer with what could not be parsed."""
    snapshot = await asked.site.sharing.snapshot(Filters(), asked.visitor.asker)
    answer = Rejected(snapshot.rejected_counts, snapshot.rejected)
    return _tagged(asked, answer, [], snapshot.rejected_counts)


def listing_of(subject: str) -> Handler:
    """Return the handler that answers with a page of the things of a subject."""

    async def answer(asked: Asked) -> web.StreamResponse:
        only_source, query, now = asked.visitor.only_source, asked.query, asked.site.clock()
        searched = Filters(name=query.name, only_source=only_source)
        page = await asked.site.thread_for(searched).ask(
            lambda store: list_page(store, now, subject, query, only_source), asked.visitor.asker
        )
        return _tagged(asked, page, page.items, page.next, bool(page.doubts))

    return answer


def one_of(subject: str) -> Handler:
    """Return the handler that answers with one thing of a subject."""

    async def answer(asked: Asked) -> web.StreamResponse:
        name, now = asked.named("name"), asked.site.clock()
        filters = Filters(only_source=asked.visitor.only_source)
        detail = await asked.site.store.ask(
            lambda store: one(store, now, subject, name, filters), asked.visitor.asker
        )
        if detail is None:
            raise Unknown(f"no {subject} of that name is known")
        detail = linked(detail, asked.site.links)
        more = (detail.minutes, detail.processes, detail.missed, bool(detail.doubts), detail.told)
        return _tagged(asked, detail, [detail.row], *more)

    return answer


def own_answer(own: OwnRoute) -> Handler:
    """Return the handler of what a kind answers below a path of its own."""

    async def answer(asked: Asked) -> web.StreamResponse:
        found = own.of_source
        if asked.visitor.only_source is None:
            name = next(iter(asked.request.match_info.values()), "")
            found = await asked.site.store.ask(
                lambda store: own.answer(store, name), asked.visitor.asker
            )
        elif found is None and "{" not in own.path:
            raise Forbidden("this token is for one source only")
        if found is None:
            return web.Response(status=404, text=own.unknown)
        return as_json(found)

    return answer


def _tagged(
    asked: Asked, answer: msgspec.Struct, rows: Sequence[Row], *more: object
) -> web.Response:
    etag = tag_of(rows, *more)
    if has_not_changed(asked.request, etag):
        return unchanged(etag)
    return as_json(answer, etag)


def _snapshot_json(snapshot: Snapshot, _filters: Filters) -> str:
    return msgspec.json.encode(snapshot).decode()


def _snapshot_tag(snapshot: Snapshot, _filters: Filters) -> str:
    rows = [row for section in snapshot.sections for row in section.rows]
    counts = [(section.counts, section.together) for section in snapshot.sections]
    return tag_of(rows, counts, bool(snapshot.doubts), snapshot.rejected_counts)
