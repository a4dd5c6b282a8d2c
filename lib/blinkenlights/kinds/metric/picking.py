"""Picks series by globs and conditions on their tags, and puts them into groups.

Metrics, hosts and tags are written as they are here, not as in what a series is called.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from functools import partial
from typing import NamedTuple

from blinkenlights.globs import is_glob
from blinkenlights.kinds.metric.identity import Identity, beginning, identity_of
from blinkenlights.kinds.metric.read import between, pages_of_names
from blinkenlights.kinds.metric.selection import Selection, Span
from blinkenlights.store.reader import StoreReader

Matches = Callable[[str], bool]


class Condition(NamedTuple):
    """What is demanded of a tag."""

    key: str
    matches: Matches
    is_met: bool
    """Whether it has to match, or must not."""


class Grouping(NamedTuple):
    """By what series are put into groups."""

    label: str
    """The tag of what is made of them; `host` for its host."""
    part: str
    """`host`, `name` or the key of a tag; empty where a star says it."""
    star: int = 0
    """Which `*` of the glob, from 1; 0 for none."""


class Group(NamedTuple):
    """What the series of a group have in common."""

    host: str
    tags: tuple[tuple[str, str], ...]


class Picked(NamedTuple):
    """A series that was asked for."""

    identity: Identity
    stars: Sequence[str]
    """What each `*` of the glob stands for."""


def condition(text: str) -> Condition | None:
    """Return what `key=value` or `key!=value` demands; None when it is neither."""
    key, equals, value = text.partition("=")
    name = key.removesuffix("!")
    if not equals or not name or not value:
        return None
    return Condition(name, partial(_is_matched, _pattern(value), value), is_met=key == name)


def grouping(text: str) -> Grouping | None:
    """Return what `host`, `name`, the key of a tag or `label=*2` says; None for anything else."""
    label, equals, star = text.partition("=")
    if not label or (equals and not re.fullmatch(r"\*[1-9]?", star)):
        return None
    if not equals:
        return None if is_glob(label) else Grouping(label, label)
    return None if label in ("host", "name") else Grouping(label, "", int(star[1:] or 1))


def stars_in(glob: str) -> int:
    """Return how many `*` a glob has."""
    return _pattern(glob).groups


class Picker:
    """Picks series.

    Args:
        of: The name of the metric, or a glob.
        host: The host, or a glob; empty for any.
        tags: As `condition` takes them; all have to hold.
        but: Names of metrics that are never picked.
    """

    def __init__(self, of: str, host: str, tags: Sequence[str], but: frozenset[str]) -> None:
        self._of = of
        self._host = host
        self._but = but
        self._name_pattern = _pattern(of)
        self._host_pattern = _pattern(host)
        self._conditions = [found for text in tags if (found := condition(text))]
        # Most names are told from this alone, without being taken apart.
        pieces = re.split(r"[*?\[\]\\@{]+", of if "[" not in of else of.partition("[")[0])
        self._within = max(pieces, key=len)

    def pick(self, store: StoreReader) -> Iterator[tuple[str, Picked]]:
        """Yield the series that there are, with their parts; raises a StoreError."""
        for lower, upper in self._spans():
            [first] = store.ask(between(lower, upper))
            for names in pages_of_names(store, first, upper):
                for series in names:
                    if self._within in series and (picked := self.picked(series)):
                        yield series, picked

    def picked(self, series: str) -> Picked | None:
        """Return the parts of a series if it is asked for, else None."""
        identity = identity_of(series)
        found = self._name_pattern.fullmatch(identity.name)
        # A name may hold a bracket and mean just itself.
        if found is None and identity.name != self._of:
            return None
        if identity.name in self._but:
            return None
        if self._host and not _is_matched(self._host_pattern, self._host, identity.host):
            return None
        for key, matches, is_met in self._conditions:
            if (key in identity.tags and matches(identity.tags[key])) != is_met:
                return None
        return Picked(identity, found.groups() if found else ())

    def _spans(self) -> list[Span]:
        if not is_glob(self._of):
            return Selection((beginning(self._of),), self._host).spans()
        known = beginning(re.split(r"[*?\[]", self._of, maxsplit=1)[0])
        return [(f"[{known}", f"({known}".encode() + b"\xff")] if known else [("-", "+")]


def group_of(picked: Picked, by: Sequence[Grouping]) -> Group:
    """Return to which group a series belongs."""
    host, tags = "", []
    for label, part, star in by:
        if star:
            value = picked.stars[star - 1] if star <= len(picked.stars) else ""
        elif part == "host":
            host = picked.identity.host
            continue
        else:
            value = picked.identity.name if part == "name" else picked.identity.tags.get(part, "")
        if value:
            tags.append((label, value))
    return Group(host, tuple(tags))


def _is_matched(pattern: re.Pattern[str], glob: str, text: str) -> bool:
    return text == glob or pattern.fullmatch(text) is not None


def _pattern(glob: str) -> re.Pattern[str]:
    """Return a glob as a pattern that notes what each `*` stands for."""
    pieces, start, at = [], 0, 0
    while at < len(glob):
        if glob[at] == "*":
            pieces.append(glob[start:at])
            start = at + 1
        elif glob[at] == "[":
            at = _end_of_brackets(glob, at)
        at += 1
    return re.compile("(.*)".join(map(_without_stars, [*pieces, glob[start:]])), re.DOTALL)


def _end_of_brackets(glob: str, at: int) -> int:
    """Return where the bracket ends that begins somewhere; there, where it is but a character."""
    first = at + (2 if glob[at + 1 : at + 2] == "!" else 1)
    # One that comes first is one of the characters.
    return max(at, glob.find("]", first + 1))


def _without_stars(glob: str) -> str:
    before, after = translate("").split(")")
    return translate(glob)[len(before) : -len(after) - 1]
