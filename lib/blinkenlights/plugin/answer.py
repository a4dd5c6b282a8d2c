"""A check's answer: its state, its words, its figures; and how they are printed."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.plugin.words import LINE_BYTES, plain, shorten

OUTPUT_BYTES = 4096
"""Longest output: what NRPE and older Nagios pass on. It is cut between items, never inside one."""
STATE_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


class Figure(NamedTuple):
    """One item of performance data. A value of None means unknown, and leaves the item out."""

    label: str
    """`[a-z0-9_]+`, the same in every state."""
    value: float | None
    unit: str = ""
    """Empty, `s`, `%` or `B`: what all parsers take."""
    warning: str = ""
    critical: str = ""
    least: str = ""
    most: str = ""

    def __str__(self) -> str:
        """Return the item as the plugin guidelines have it, without trailing semicolons."""
        value = "" if self.value is None else plain(self.value)
        text = f"{self.label}={value}{self.unit}"
        limits = f"{self.warning};{self.critical};{self.least};{self.most}"
        return f"{text};{limits}".rstrip(";")


class Answer(NamedTuple):
    """What a check found out."""

    check: str
    """Name without `check_`."""
    code: int
    """0 to 3: the exit code, and the index of the state's word."""
    summary: str
    """What is wrong, how much, since when, against what; clean words, one line."""
    details: Sequence[str] = ()
    """Further clean lines, worst first, for -v."""
    figures: Sequence[Figure] = ()
    facts: Mapping[str, object] = {}
    """For --json: what else is known."""

    @property
    def line(self) -> str:
        """The first line without performance data, in at most 255 bytes."""
        line = f"{self.check.upper()} {STATE_WORDS[self.code]}: {self.summary}"
        return shorten(line, LINE_BYTES)

    def text(self, *, with_details: bool, with_figures: bool) -> str:
        """Return the plugin output, at most 4096 bytes, cut between items."""
        output = self.line
        if with_figures:
            left = OUTPUT_BYTES - LINE_BYTES - 3
            items = _fitting(list(map(str, self.drawn)), left, separator=1)
            if items:
                output += " | " + " ".join(items)
        if with_details and self.details:
            left = OUTPUT_BYTES - len(output.encode(errors="backslashreplace")) - 40
            lines = _fitting(list(self.details), left, separator=1)
            if len(lines) < len(self.details):
                lines = [*lines, f"and {len(self.details) - len(lines)} more lines, see --json"]
            output = "\n".join([output, *lines])
        return output

    def json(self) -> str:
        """Return everything as one JSON object on one line."""
        return json.dumps(
            {
                "check": self.check,
                "state": STATE_WORDS[self.code],
                "code": self.code,
                "summary": self.summary,
                "details": list(self.details),
                "perfdata": {figure.label: figure.value for figure in self.drawn},
                **self.facts,
            },
            allow_nan=False,
        )

    @property
    def drawn(self) -> list[Figure]:
        """The figures that have a value; no parser takes an unknown one (`U`) everywhere."""
        return [one for one in self.figures if one.value is not None and math.isfinite(one.value)]


def _fitting(items: list[str], most: int, separator: int) -> list[str]:
    kept, used = [], 0
    for item in items:
        used += len(item.encode(errors="backslashreplace")) + separator
        if used > most:
            break
        kept.append(item)
    return kept


def label(text: str) -> str:
    """Return a stable label for a name: `SMPP Transport 1` -> `smpp_transport_1`."""
    parts = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower()).split("_")
    return "_".join(filter(None, parts)) or "unnamed"


def unique_labels(names: Sequence[str], suffix: str) -> dict[str, str]:
    """Return a label for each name; names that fold to one each get a short hash of the full name.

    A number by their order would move to another name when one of them comes or goes.
    """
    folded = {name: f"{label(name)}_{label(suffix)}" for name in names}
    shared = Counter(folded.values())
    return {
        name: f"{text}_{_hash(name)}" if shared[text] > 1 else text for name, text in folded.items()
    }


def _hash(name: str) -> str:
    from zlib import crc32  # noqa: PLC0415 - a check hardly ever needs it

    return f"{crc32(name.encode(errors='backslashreplace')):08x}"
