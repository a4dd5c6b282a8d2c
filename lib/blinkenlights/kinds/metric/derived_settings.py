"""The tables of the configuration that say which series are made of others."""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import Struct

from blinkenlights.config_keys import words
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.table import Table
from blinkenlights.config_keys.words import seconds_of, shown
from blinkenlights.kinds.fields import Invalid, printable_name
from blinkenlights.kinds.metric.of_numbers import RESERVED
from blinkenlights.kinds.metric.picking import condition, grouping, stars_in

FIGURES = ("sum", "avg", "min", "max", "count", "rate", "ratio")
GRAPHS = ("line", "bar", "none")
SHORTEST_EVERY = 10
DAY = 86400
LONGEST_OVER = 30 * DAY


def _check_name(text: str) -> None:
    try:
        printable_name(text, "name")
    except Invalid as invalid:
        raise ValueError(f"{shown(text)} is no name: {invalid.rejected.detail}") from None
    if text.rpartition(".")[2] in RESERVED:
        raise ValueError(f"{shown(text)} would say that a node is there, or goes; choose another")


def _check_some(text: str) -> None:
    if not text:
        raise ValueError('is empty; write a name or a glob, for example "*.response"')


def _check_figure(text: str) -> None:
    if text not in FIGURES:
        raise ValueError(f"{shown(text)} is no figure; use {', '.join(FIGURES[:-1])} or ratio")


def _check_ratio_of(text: str) -> None:
    if text not in ("count", "sum"):
        raise ValueError(f"{shown(text)} cannot be compared; use count or sum")


def _check_graph(text: str) -> None:
    if text not in GRAPHS:
        raise ValueError(f"{shown(text)} is no graph; use line, bar or none")


class DerivedConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Series that are made of others, and how they are shown."""

    name: Annotated[str, key("What they are called.", "response.bad", _check_name)]
    figure: Annotated[
        str,
        key(
            "What is made of the points: `sum`, `avg`, `min`, `max`, `count` (how many there are), "
            "`rate` (by how much counters grow a second) or `ratio` (of some to others).",
            "ratio",
            _check_figure,
        ),
    ]
    of: Annotated[str, key("Of which metrics: a name or a glob.", "*.response", _check_some)]
    host: Annotated[str, key("Of which hosts: a name or a glob.", "web*")] = ""
    tags: Annotated[
        list[str],
        key(
            "Of which tags: `key=value` or `key!=value`, with a value or a glob; all of them have "
            "to hold. Without the tag `!=` holds.",
            ["statusCode!=2*", "statusCode!=3*"],
        ),
    ] = []
    to: Annotated[
        str, key("What a ratio is to: a name or a glob; empty for those of `of`.", "*.response")
    ] = ""
    to_host: Annotated[
        str, key("The same for hosts: a name or a glob; empty for those of `host`.", "web*")
    ] = ""
    to_tags: Annotated[list[str], key("The same for tags; empty for any.", ["method=GET"])] = []
    ratio_of: Annotated[
        str,
        key("What of the points a ratio compares: `count` or `sum`.", "sum", _check_ratio_of),
    ] = "count"
    by: Annotated[
        list[str],
        key(
            "There is one series for each of these: `host`, `name` or the key of a tag; `app=*` "
            "makes a tag `app` of what the first `*` of the glob stands for, `app=*2` the second.",
            ["app=*"],
        ),
    ] = []
    over: Annotated[
        str | float,
        key(
            "Of the points of how long: seconds, or a text such as `5m`.",
            "5m",
            words.check_duration,
        ),
    ] = "5m"
    every: Annotated[
        str | float,
        key("How often: seconds, or a text.", "1m", words.check_duration),
    ] = "1m"
    title: Annotated[str, key("Stands before the time that a curve shows.", "bad ones")] = ""
    unit: Annotated[
        str, key("Unit of its numbers. A ratio is from 0 to 1, and with `%` in percent.", "%")
    ] = ""
    graph: Annotated[str, key("How it is drawn: `line`, `bar` or `none`.", "bar", _check_graph)] = (
        "line"
    )
    range: Annotated[list[float], key("What the curve shows at least: from and to.", [0, 100])] = []

    @property
    def seconds_over(self) -> float:
        """Of how long, in seconds."""
        return seconds_of(self.over) or 0.0

    @property
    def seconds_every(self) -> float:
        """How often, in seconds."""
        return seconds_of(self.every) or 0.0

    @property
    def shown(self) -> str:
        """How it wants to be shown, as an event says that."""
        said = {"title": self.title, "unit": self.unit, "range": self.range}
        if self.graph != "line":
            said["graph"] = self.graph
        kept = {key: value for key, value in said.items() if value}
        return msgspec.json.encode(kept).decode() if kept else ""


def _unclear(derived: DerivedConfig) -> Iterator[tuple[str, str]]:
    yield from _unclear_selection(derived)
    yield from _unclear_ratio(derived)
    yield from _unclear_groups(derived)
    over, every = derived.seconds_over, derived.seconds_every
    if not 1 <= over <= LONGEST_OVER:
        yield "over", f"{shown(derived.over)} is not from a second to 30 days"
    if not SHORTEST_EVERY <= every <= DAY or every != math.floor(every):
        most = f"whole seconds from {SHORTEST_EVERY} to a day"
        yield "every", f"{shown(derived.every)} is not {most}"
    if derived.range and not _is_range(derived.range):
        yield "range", f"{shown(derived.range)} is not from and to, such as [0, 100]"


def _is_range(numbers: Sequence[float]) -> bool:
    return (
        len(numbers) == 2  # noqa: PLR2004 - from and to
        and all(map(math.isfinite, numbers))
        and numbers[0] < numbers[1]
    )


def _unclear_selection(derived: DerivedConfig) -> Iterator[tuple[str, str]]:
    for where, texts in (("tags", derived.tags), ("to_tags", derived.to_tags)):
        for text in texts:
            if condition(text) is None:
                yield where, f'{shown(text)} is no condition; write for example "statusCode=5*"'
    for where, of in (("of", derived.of), ("to", derived.to)):
        if of == derived.name:
            yield where, f"{shown(of)} is its own name; nothing is made of itself"


def _unclear_ratio(derived: DerivedConfig) -> Iterator[tuple[str, str]]:
    if derived.figure == "ratio":
        if not (derived.tags or derived.to or derived.to_host or derived.to_tags):
            yield "to", "is missing: a ratio of points to themselves is always 1"
        return
    given = [where for where in ("to", "to_host", "to_tags") if getattr(derived, where)]
    if derived.ratio_of != "count":
        given.append("ratio_of")
    for where in given:
        yield where, 'is for a ratio; write figure = "ratio", or leave it out'


def _unclear_groups(derived: DerivedConfig) -> Iterator[tuple[str, str]]:
    labels = set()
    for text in derived.by:
        group = grouping(text)
        if group is None:
            yield "by", f'{shown(text)} is none; write host, name, the key of a tag, or "app=*"'
            continue
        if group.label in labels:
            yield "by", f"{shown(text)} gives a second {shown(group.label)}"
        labels.add(group.label)
        for where, of in (("of", derived.of), ("to", derived.to)):
            if of and group.star > stars_in(of):
                yield "by", f"{shown(text)} stands for nothing: {where} has {stars_in(of)} of `*`"


DERIVED_TABLES = (
    Table("derived", DerivedConfig, is_repeated=True, conflicts=_unclear, unique="name"),
)
