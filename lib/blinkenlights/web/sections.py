"""From verdicts on things to the sections that are shown."""

from collections import Counter
from collections.abc import Iterable, Sequence

from blinkenlights.kinds.rows import MOST_ROWS, Row
from blinkenlights.kinds.state import WORST_FIRST, Status
from blinkenlights.kinds.subject import Display
from blinkenlights.kinds.view import Found, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.web.drawn_numbers import small_curves
from blinkenlights.web.shown import Filters, Section
from blinkenlights.web.views import Displayed

MOST_COLUMNS = 12
"""Further facts that get a column; a hostile fleet has a key of its own for each component."""


def section_of(one: Displayed, context: ViewContext, filters: Filters) -> Section:
    """Return the section of one subject, with the worst of what matches."""
    display, view = one
    found = view.find(filters.name, filters.state)
    counts, statuses = _counted(found)
    statuses += [status for _, status in found.together]
    shown = {
        name: verdict
        for name, verdict in found.verdicts.items()
        if verdict.state == filters.state or not filters.state
    }
    names = list(shown)[:MOST_ROWS]
    known = view.known(names)
    rows = [row_of(view.subject, name, shown[name], known.get(name), context) for name in names]
    doubts = context.doubts(view.heard(found.verdicts) if filters.name else view.horizon)
    return Section(
        kind=view.subject,
        title=display.title,
        total=found.total,
        counts=counts,
        rows=rows,
        columns=_columns(display, rows),
        doubts=doubts,
        together=[sentence for sentence, _ in found.together],
        status=worst([*statuses, "UNKNOWN"] if doubts else statuses),
        curves=dict(small_curves(one, context, names)),
    )


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst of some; OK when there is none."""
    given = set(statuses)
    return next((status for status in WORST_FIRST if status in given), "OK")


def _counted(found: Found) -> tuple[dict[str, int], list[Status]]:
    counts = Counter(verdict.state for verdict in found.verdicts.values())
    statuses: list[Status] = [verdict.status for verdict in found.verdicts.values()]
    for state, status, number in found.unlisted:
        if number:
            counts[state] += number
            statuses.append(status)
    return dict(counts) | {state: n for state, n in found.beside.items() if n}, statuses


def _columns(display: Display, rows: Sequence[Row]) -> list[str]:
    own = display.columns
    told: Counter[str] = Counter()
    for row in rows:
        told.update(row.facts.keys() - set(own))
    columns = [name for name in own if any(name in row.facts for row in rows)]
    if not display.has_more_columns:
        return columns
    by_use = sorted(told, key=lambda name: (-told[name], name))
    return (columns + by_use)[:MOST_COLUMNS]
