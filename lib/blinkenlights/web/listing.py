"""Lists of things, page by page, however many there are."""

from typing import Annotated

import msgspec
from msgspec import Meta

from blinkenlights.kinds.rows import Row
from blinkenlights.kinds.view import View
from blinkenlights.kinds.view_context import HORIZON_COMMANDS, ViewContext
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.problems import Unknown
from blinkenlights.web.views import shown

MOST_STEPS = 20
"""Steps through the store for one page: of a million things, few of which match, a page may be
empty and yet not the last."""
_AFTER = "after."


class ListQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What to list."""

    name: Annotated[
        str, Meta(max_length=255, description="A name, or a glob with `*`, `?` or `[...]`.")
    ] = ""
    state: Annotated[
        str, Meta(max_length=40, description="Only what is in this state, such as `silent`.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=1000, description="How many to give, more or less.")] = 100
    cursor: Annotated[
        str,
        Meta(
            max_length=400,
            pattern=r"^([0-9a-f]+\.[0-9]{1,20}|after\..*)?$",
            description="Where to go on: `next` of the page before.",
        ),
    ] = ""


class Listing(msgspec.Struct):
    """One page of a list."""

    made: float
    """When it was made, seconds since the epoch."""
    judged_at: float
    """Everything sent before this moment has been stored."""
    doubts: list[str]
    """Why what looks well may not be; empty when all is known."""
    items: list[Row]
    """May be empty though there are further pages."""
    next: str | None
    """The cursor of the next page; null on the last one."""


def list_page(
    store: StoreReader, now: float, subject: str, query: ListQuery, only_source: str | None
) -> Listing:
    """Return one page; raises Unknown for a cursor that leads nowhere, and a StoreError."""
    context = ViewContext(store, now, store.ask(*HORIZON_COMMANDS), only_source)
    horizon = context.horizon(None)
    items: list[Row] = []
    following = ""
    for display, view in shown(context, subject):
        horizon = view.horizon
        among_few = not display.is_crowded(query.state) or query.cursor.startswith(_AFTER)
        items, following = (_of_troubled if among_few else _of_all)(view, query)
    return Listing(now, horizon.low_watermark, context.doubts(horizon), items, following or None)


def _of_troubled(view: View, query: ListQuery) -> tuple[list[Row], str]:
    """Return those in a state that few are in, by name: the survey has them all."""
    after = query.cursor.removeprefix(_AFTER)
    verdicts = view.find(query.name, query.state).verdicts
    names = sorted(
        name for name, verdict in verdicts.items() if verdict.state == query.state and name > after
    )
    page = names[: query.limit]
    rows = view.rows(page)
    items = [rows[name] for name in page if name in rows and rows[name].state == query.state]
    return items, f"{_AFTER}{page[-1]}" if len(names) > len(page) else ""


def _of_all(view: View, query: ListQuery) -> tuple[list[Row], str]:
    """Return those that the next steps through everything give."""
    cursor = query.cursor
    rows: dict[str, Row] = {}
    for _ in range(MOST_STEPS):
        try:
            names, cursor = view.scan(cursor, query.name, query.limit)
        except ValueError:
            raise Unknown("what this cursor leads to is not there; begin without one") from None
        found = view.rows(names)
        rows.update((n, row) for n, row in found.items() if query.state in ("", row.state))
        if len(rows) >= query.limit or not cursor:
            break
    return list(rows.values()), cursor
