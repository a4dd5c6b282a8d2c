"""The handler of numbers over time, as JSON or as CSV."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from blinkenlights.kinds.rows import Point, Span
from blinkenlights.web.answers import as_json
from blinkenlights.web.problems import Unknown
from blinkenlights.web.route import Handler
from blinkenlights.web.site import Asked
from blinkenlights.web.views import displays

CSV = "text/csv"


class PointsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which numbers, and how they are written."""

    span: Annotated[Span, Meta(description="How far back.")] = "hour"
    format: Annotated[Literal["json", "csv"], Meta(description="How it is written.")] = "json"


class Points(msgspec.Struct):
    """The numbers of one thing."""

    made: float
    name: str
    span: Span
    points: list[Point]
    """Oldest first; where nothing came there is none."""


def points_of(subject: str) -> Handler:
    """Return the handler that answers with the numbers of one thing of a subject."""

    async def answer(asked: Asked) -> web.StreamResponse:
        read, now = displays()[subject].points, asked.site.clock()
        name, span = asked.named("name"), asked.query.span
        found = None
        if read is not None:
            found = await asked.site.store.ask(
                lambda store: read(store, name, span, now), asked.visitor.asker
            )
        if found is None:
            raise Unknown(f"of no {subject} of that name anything came")
        if asked.query.format == "json":
            return as_json(Points(now, name, span, list(found)))
        return web.Response(
            text=_csv(found),
            content_type=CSV,
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="points.csv"'},
        )

    return answer


def _csv(points: Sequence[Point]) -> str:
    """Return a table of numbers alone: no text of a sender, which a spreadsheet might run."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(Point.__struct_fields__)
    table.writerows(map(msgspec.structs.astuple, points))
    return text.getvalue()
