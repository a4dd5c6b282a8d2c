"""The status page: plain HTML that is complete without a script.

Everything that comes from outside is text to the templates, which escape it; no markup is made
anywhere else. Links are relative, so that a proxy may serve the page below any path.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from blinkenlights import __version__
from blinkenlights.kinds.command_lines import CommandLine
from blinkenlights.kinds.registry import KINDS
from blinkenlights.kinds.rows import Row
from blinkenlights.plugin.words import moment, span
from blinkenlights.web import page_words
from blinkenlights.web.curve import Picture
from blinkenlights.web.page_links import anchor, link_to, query, respond_to
from blinkenlights.web.shown import Detail, Filters, Section, Snapshot
from blinkenlights.web.sparkline import Sparkline
from blinkenlights.web.views import displays, states

STALE_SECONDS = 30
"""Without an update for so long the script calls the page stale: three rests of a stream."""
RELOAD_SECONDS = 30
"""How often a browser without scripts loads the page again."""

_templates = Environment(
    loader=PackageLoader("blinkenlights.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_templates.filters |= {
    "ago": page_words.ago,
    "fact": page_words.fact,
    "grouped": page_words.grouped,
    "heading": page_words.heading,
    "iso": page_words.iso,
    "moment": moment,
    "picture": Picture,
    "size": page_words.size,
    "span": span,
    "visible": page_words.visible,
    "visible_body": page_words.visible_body,
}
_templates.globals |= {
    "anchor": anchor,
    "link_to": link_to,
    "respond_to": respond_to,
    "query": query,
    "displays": displays(),
    "version": __version__,
    "stale_seconds": STALE_SECONDS,
    "reload_seconds": RELOAD_SECONDS,
}


class More(NamedTuple):
    """Things of one state that have no row."""

    number: int
    state: str
    link: str
    """Where they have rows; empty when they have none on any page."""


def render_page(snapshot: Snapshot, filters: Filters) -> str:
    """Return the page with everything that matches `filters`."""
    return render("page.html", filters, **_shown(snapshot, filters))


def render_fragment(snapshot: Snapshot, filters: Filters) -> str:
    """Return the `<main>` of that page alone, for /stream."""
    return render("snapshot.html", filters, **_shown(snapshot, filters))


def render_one(detail: Detail) -> str:
    """Return the page of one thing: its facts, its history, and how to check it in a shell."""
    return render("one_page.html", Filters(), **_detail(detail))


def render_one_fragment(detail: Detail) -> str:
    """Return the `<main>` of that page alone, for /stream/one."""
    return render("one.html", Filters(), **_detail(detail))


def render_blind(reason: str, now: float, since: float | None, filters: Filters) -> str:
    """Return the page for when nothing can be known, because the store does not answer.

    Args:
        reason: Why, as a sentence without a secret.
        now: The present.
        since: When the store was last heard; None when it never was.
        filters: Of the page that was asked for.
    """
    return render("blind_page.html", filters, reason=reason, now=now, since=since)


def render_blind_fragment(reason: str, now: float, since: float | None) -> str:
    """Return the `<main>` of that page alone, for a stream."""
    return render("blind.html", Filters(), reason=reason, now=now, since=since)


def render_refusal(title: str, detail: str, root: str = "") -> str:
    """Return the page for a request that is not carried out: what is wrong, and the way back.

    `root` leads from where it was asked for to where the page is: `../`; empty when it is there.
    """
    return render("refusal.html", Filters(), title=title, detail=detail, root=root)


def render(template: str, filters: Filters, **values: object) -> str:
    """Return a page of a template, which is given `values`."""
    shared = {"filters": filters, "states": states(), "root": ""}
    return _templates.get_template(template).render(shared | values)


def _shown(snapshot: Snapshot, filters: Filters) -> dict[str, object]:
    return {
        "snapshot": snapshot,
        "more": {section.kind: _more(section, filters) for section in snapshot.sections},
        "sees_all": filters.only_source is None,
    }


def _more(section: Section, filters: Filters) -> list[More]:
    """Return what a section counts beyond its rows, with where to see it."""
    shown: dict[str, int] = {}
    for row in section.rows:
        shown[row.state] = shown.get(row.state, 0) + 1
    is_narrow = bool(filters.state and filters.kind)
    return [
        More(
            left,
            state,
            "" if is_narrow else query(section.kind, filters.name, state),
        )
        for state, number in section.counts.items()
        if (left := number - shown.get(state, 0)) > 0 and filters.state in ("", state)
    ]


def _detail(detail: Detail) -> dict[str, object]:
    return {
        "detail": detail,
        "row": detail.row,
        "commands": [
            *displays()[detail.row.kind].commands(detail.row.name),
            *_asking_what_is_expected(detail),
        ],
        "sparkline": Sparkline(detail.minutes) if detail.minutes else None,
        "facts": _facts(detail.row),
    }


def _asking_what_is_expected(detail: Detail) -> Iterator[CommandLine]:
    """Yield command lines where anything is expected, as bands of its curves show."""
    if any(curve.expected_low for curve in detail.curves):
        for kind in KINDS:
            if kind.asking:
                yield from kind.asking(detail.row.kind, detail.row.name)


def _facts(row: Row) -> Sequence[tuple[str, str]]:
    return [
        (page_words.heading(name, row.kind), said)
        for name, value in row.facts.items()
        if (said := page_words.fact(value, name, row.kind, whole=True))
    ]
