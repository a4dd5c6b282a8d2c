r"""What a series is called: `name@host{tag=value,tag=value}`, with its tags in order.

A host or tags that are missing leave out their part. A character that would end a part has a
backslash before it: a metric called `a@b` is `a\@b`.

Standard library only: checks import this.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

SERIES_BYTES = 512
"""Bytes of the longest name of a series, with its host and its tags."""

_IN_NAME = re.compile(r"([@{\\])")
_IN_HOST = re.compile(r"([{\\])")
_IN_TAG = re.compile(r"([=,}\\])")
_PART = re.compile(r"(?:[^\\@{]|\\.)*", re.DOTALL)
_HOST = re.compile(r"(?:[^\\{]|\\.)*", re.DOTALL)
_TAG = re.compile(r"((?:[^\\=]|\\.)*)=((?:[^\\,}]|\\.)*)[,}]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Identity(NamedTuple):
    """What makes a series another one."""

    name: str
    host: str
    """Empty where it has none."""
    tags: Mapping[str, str]


def series_of(name: str, host: str, tags: Mapping[str, str]) -> str:
    """Return what a series is called."""
    text = _IN_NAME.sub(r"\\\1", name)
    if host:
        text += "@" + _IN_HOST.sub(r"\\\1", host)
    if tags:
        pairs = [
            _IN_TAG.sub(r"\\\1", key) + "=" + _IN_TAG.sub(r"\\\1", value)
            for key, value in sorted(tags.items())
        ]
        text += "{" + ",".join(pairs) + "}"
    return text


def identity_of(series: str) -> Identity:
    """Return the parts of what `series_of` made."""
    name = _PART.match(series)
    end = name.end() if name else 0
    host = ""
    if series[end : end + 1] == "@":
        found = _HOST.match(series, end + 1)
        stop = found.end() if found else len(series)
        host, end = _plain(series[end + 1 : stop]), stop
    tags = {_plain(key): _plain(value) for key, value in _TAG.findall(series, end + 1)}
    return Identity(_plain(name.group() if name else series), host, tags)


def beginning(name: str) -> str:
    """Return what all series of a metric of this name begin with."""
    return _IN_NAME.sub(r"\\\1", name)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
