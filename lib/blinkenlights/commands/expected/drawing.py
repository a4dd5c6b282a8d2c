"""A replayed series as a drawing: the curve, the band behind it, and alarms."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

WIDTH, HEIGHT = 1200, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 15, 15, 30
"""Margins in pixels."""
TICKS = 6
ALARM = 0.5
STYLE = (
    "text{font:12px sans-serif;fill:#444}.band{fill:#cfe3f5}.curve{fill:none;stroke:#1c4f80}"
    ".alarm{fill:#c00}.tick{stroke:#ddd}"
)


class Drawn(NamedTuple):
    """A row as it is drawn."""

    moment: float
    value: float | None
    score: float
    low: float | None
    high: float | None


class Scale(NamedTuple):
    """From numbers to pixels."""

    start: float
    end: float
    first: float
    last: float

    def at(self, number: float) -> float:
        """Return the pixel of a number; what is beyond an edge lies on it."""
        share = (number - self.start) / (self.end - self.start)
        return self.first + max(0.0, min(1.0, share)) * (self.last - self.first)

    def ticks(self) -> Iterable[float]:
        """Return numbers for marks, evenly spread."""
        return (self.start + (self.end - self.start) * n / TICKS for n in range(TICKS + 1))


def draw(rows: Sequence[Drawn], zone: tzinfo) -> str:
    """Return an SVG of all rows; times are in the zone."""
    known = [row.value for row in rows if row.value is not None] or [0.0]
    least, most = min(0.0, *known), max(known)
    start, end = rows[0].moment, max(row.moment for row in rows)
    across = Scale(start, max(end, start + 1), LEFT, WIDTH - RIGHT)
    up = Scale(least, most if most > least else least + 1, HEIGHT - BOTTOM, TOP)
    columns = _columns(rows, across)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *_grid(across, up, zone),
        _band(columns, up),
        _curve(columns, up),
        *_alarms(rows, across, up, zone),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _columns(rows: Sequence[Drawn], across: Scale) -> dict[int, list[Drawn]]:
    """Return the rows of each pixel, so that a year is no larger a drawing than a day."""
    columns: dict[int, list[Drawn]] = {}
    for row in rows:
        columns.setdefault(round(across.at(row.moment)), []).append(row)
    return dict(sorted(columns.items()))


def _grid(across: Scale, up: Scale, zone: tzinfo) -> Iterable[str]:
    for number in up.ticks():
        y = up.at(number)
        yield f'<path class="tick" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number:.4g}</text>'
    for moment in list(across.ticks())[:-1]:
        x, y = across.at(moment), HEIGHT - 10
        yield f'<text x="{x:.0f}" y="{y}">{_when(moment, zone)}</text>'


def _band(columns: dict[int, list[Drawn]], up: Scale) -> str:
    lows, highs = [], []
    for x, rows in columns.items():
        known = [(row.low, row.high) for row in rows if row.low is not None]
        if known:
            lows.append(f"{x},{up.at(sum(low or 0.0 for low, _ in known) / len(known)):.1f}")
            highs.append(f"{x},{up.at(sum(high or 0.0 for _, high in known) / len(known)):.1f}")
    return f'<polygon class="band" points="{" ".join(lows + highs[::-1])}"/>'


def _curve(columns: dict[int, list[Drawn]], up: Scale) -> str:
    points = []
    for x, rows in columns.items():
        values = [row.value for row in rows if row.value is not None]
        edges = (values[0], min(values), max(values), values[-1]) if values else ()
        points += [f"{x},{up.at(value):.1f}" for value in edges]
    return f'<polyline class="curve" points="{" ".join(points)}"/>'


def _alarms(rows: Sequence[Drawn], across: Scale, up: Scale, zone: tzinfo) -> Iterable[str]:
    for row in rows:
        if row.score >= ALARM and row.value is not None:
            x, y = across.at(row.moment), up.at(row.value)
            words = f"{_when(row.moment, zone)}: {row.value:g}, score {row.score:.2f}"
            yield (
                f'<circle class="alarm" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{words}</title>'
                "</circle>"
            )


def _when(moment: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(moment, zone):%Y-%m-%d %H:%M}"
