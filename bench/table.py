"""The lines of the table, and how it is printed."""

from collections.abc import Sequence
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 150
"""Characters, where there is no terminal to say."""


class Limit(NamedTuple):
    """Where a figure must lie."""

    least: float | None = None
    most: float | None = None

    def holds(self, figure: float) -> bool:
        """Return whether the figure lies there."""
        return (self.least is None or figure >= self.least) and (
            self.most is None or figure <= self.most
        )

    def __str__(self) -> str:
        """Return it as the table shows it: `≤ 5`, `≥ 0.6`."""
        bounds = (("≥", self.least), ("≤", self.most))
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)


class Line(NamedTuple):
    """One measured thing."""

    what: str
    measured: str
    """The median, with its unit."""
    reference: str
    """What it is compared with and its median; empty when the figure stands for itself."""
    figure: float
    """What is judged: the ratio of the two, or the measured value itself."""
    wanted: Limit
    aimed: Limit | None = None

    def cells(self) -> list[str]:
        """Return the cells of its row."""
        ratio = f"{self.figure:.2f}" if self.reference else "-"
        aimed = str(self.aimed) if self.aimed else "-"
        return [
            self.what,
            self.measured,
            self.reference or "-",
            ratio,
            str(self.wanted),
            aimed,
            self._reached(),
        ]

    def _reached(self) -> str:
        if not self.wanted.holds(self.figure):
            return "no"
        return "yes" if self.aimed is None or self.aimed.holds(self.figure) else "yes, not the aim"


def print_table(lines: Sequence[Line]) -> None:
    """Print all lines as one table on stdout."""
    table = Table(box=box.ASCII2, show_lines=False)
    for name in ("what", "measured (median)", "reference", "ratio", "wanted", "aimed", "reached"):
        table.add_column(name)
    for line in lines:
        # A name such as `json.map(i, [i])` is no markup.
        table.add_row(*map(escape, line.cells()))
    terminal = Console()
    Console(width=None if terminal.is_terminal else WIDTH).print(table)
