r"""What a series is called: `name@host{tag=value,tag=value}`, with its tags in order.

A host or tags that are missing leave out their part. A character that would end a part has a
backslash before it: a metric called `a@b` is `a\@b`.

Standard library only, and no regular expressions: checks import this.
"""

from collections.abc import Mapping
from typing import NamedTuple

SERIES_BYTES = 512
"""Bytes of the longest name of a series, with its host and its tags."""

_IN_NAME = r"\@{"
_IN_HOST = r"\{"
_IN_TAG = r"\=,}"
"""What is escaped in each part; the backslash first."""


class Identity(NamedTuple):
    """What makes a series another one."""

    name: str
    host: str
    """Empty where it has none."""
    tags: Mapping[str, str]

    @property
    def labels(self) -> Mapping[str, str]:
        """Its tags, with its host as `host`: as systems have it that know of no hosts."""
        return {**self.tags, "host": self.host} if self.host else self.tags


def series_of(name: str, host: str, tags: Mapping[str, str]) -> str:
    """Return what a series is called."""
    text = beginning(name, host)
    if tags:
        pairs = [
            f"{_escaped(key, _IN_TAG)}={_escaped(value, _IN_TAG)}"
            for key, value in sorted(tags.items())
        ]
        text += "{" + ",".join(pairs) + "}"
    return text


def identity_of(series: str) -> Identity:
    """Return the parts of what `series_of` made."""
    if "\\" not in series:
        # Nearly all are of this sort, and a check may look at a hundred thousand.
        head, brace, rest = series.partition("{")
        name, _, host = head.partition("@")
        pairs = [each.partition("=") for each in rest[:-1].split(",")] if brace else []
        return Identity(name, host, {key: value for key, _, value in pairs})
    name, at = _part(series, 0, "@{")
    host = ""
    if series[at : at + 1] == "@":
        host, at = _part(series, at + 1, "{")
    tags = {}
    while at < len(series) - 1:
        key, at = _part(series, at + 1, "=")
        tags[key], at = _part(series, at + 1, ",}")
    return Identity(name, host, tags)


def beginning(name: str, host: str = "") -> str:
    """Return what all series of a metric of this name begin with, and of this host if one is given.

    What follows it in a series is the end, `@` or `{`; after a host the end or `{`.
    """
    text = _escaped(name, _IN_NAME)
    return f"{text}@{_escaped(host, _IN_HOST)}" if host else text


def is_whole(text: str) -> bool:
    """Return whether a text is what a series is called, with host or tags, and not only a name."""
    return _part(text, 0, "@{")[1] < len(text)


def is_presence(series: str) -> bool:
    """Return whether a series says that a node is there: `heartbeat`, `<app>.heartbeat`."""
    if "heartbeat" not in series:
        return False
    return _part(series, 0, "@{")[0].rpartition(".")[2] == "heartbeat"


def _escaped(text: str, special: str) -> str:
    for character in special:
        if character in text:
            text = text.replace(character, "\\" + character)
    return text


def _part(text: str, start: int, ends: str) -> tuple[str, int]:
    """Return what stands before the next of some characters, and where that is."""
    at = start
    is_escaped = False
    while at < len(text) and text[at] not in ends:
        if text[at] == "\\":
            is_escaped = True
            at += 1
        at += 1
    part = text[start:at]
    return (_plain(part) if is_escaped else part), min(at, len(text))


def _plain(text: str) -> str:
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)
