"""The table, drawn again and again in a terminal; in a pipe once."""

from collections.abc import Callable
from threading import Event

from blinkenlights.errors import StoreError
from blinkenlights.plugin.words import clean
from blinkenlights.speedo.table import Row, Table
from blinkenlights.speedo.words import HEADERS, cells, summary

REFRESH_SECONDS = 1.0
_AROUND = 5
"""Lines of a terminal that are not rows."""


def as_text(table: Table) -> list[str]:
    """Return the lines for a pipe: doubts, the sum, and all rows in columns."""
    rows = [(table.scope, *HEADERS[1:]), *(cells(row, table.time) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [*table.horizon.doubts, summary(table)]
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    return lines


def as_data(table: Table) -> dict[str, object]:
    """Return the table for programs."""
    return {
        "time": table.time,
        "stored_up_to": table.horizon.stored_up_to,
        "doubts": table.horizon.doubts,
        "scope": table.scope,
        "total": table.total,
        "idle": table.idle,
        "is_certain": table.is_certain,
        "everything": _data(table.everything),
        "flows": [_data(row) for row in table.rows],
    }


def _data(row: Row) -> dict[str, object]:
    return {**row._asdict(), "errors": row.errors}


def show_live(read: Callable[[int], Table]) -> None:
    """Draw what `read` returns for a number of rows, every second, until interrupted.

    A store that is away is said, and asked again.
    """
    from rich.console import Console, Group  # noqa: PLC0415 - dear to import, and not for pipes
    from rich.live import Live  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    pause = Event()
    shown: list[object] = []
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            try:
                table = read(max(1, console.height - _AROUND))
            except StoreError as error:
                parts = [Text(f"{error}; what is below is old", style="bold red"), *shown[1:]]
            else:
                doubts = Text("\n".join(table.horizon.doubts), style="bold yellow")
                parts = shown = [doubts, Text(summary(table), style="bold"), _drawn(table)]
            live.update(Group(*parts), refresh=True)  # type: ignore[arg-type]
            pause.wait(REFRESH_SECONDS)


def _drawn(table: Table) -> object:
    from rich.table import Table as Drawn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Drawn(box=None, expand=True, header_style="bold", pad_edge=False)
    for place, header in enumerate((table.scope, *HEADERS[1:])):
        drawn.add_column(header, justify="left" if place in (0, 5) else "right", no_wrap=True)
    for row in table.rows:
        style = "yellow" if row.bad or row.lag else ""
        if not row.is_moving:
            style = "red"
        drawn.add_row(*(Text(clean(cell), style) for cell in cells(row, table.time)))
    return drawn
