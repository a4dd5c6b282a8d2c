"""Texts with places in braces: `{name} has {value} waiting on {tags.host}`."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}?")
_PATH = re.compile(r"[a-z_][a-z_0-9]*(?:\.[^{}\s.]+)?")
ABSENT = "?"
"""What stands where a value is not known."""
OF_RULES = "labels"
"""Values that the file of a rule says, and no sender."""


class Template(NamedTuple):
    """One text."""

    text: str
    """As its file has it."""

    def filled(self, values: Mapping[str, object]) -> str:
        """Return the text with its places filled: `tags.host` is looked for in `tags`.

        In a URL values are percent-encoded: it stays one, and no sender chooses where it leads.
        """
        is_url = self.text.startswith(("https://", "http://")) and " " not in self.text

        def value(found: re.Match[str]) -> str:
            if found[1] is None:
                return found[0][0]
            name, _, key = found[1].partition(".")
            whole = values.get(name)
            if key:
                whole = whole.get(key) if isinstance(whole, Mapping) else None
            text = ABSENT if whole is None else shown(whole)
            return quote(text, safe="", errors="replace") if is_url and name != OF_RULES else text

        return _PLACE.sub(value, self.text)


def mistakes_in(text: str, known: Mapping[str, bool]) -> list[str]:
    """Return what is wrong with a text.

    Args:
        text: The text.
        known: Name -> whether it has parts: `tags` has, `value` has not.
    """
    wrong = []
    for found in _PLACE.finditer(text):
        if found[1] is None:
            continue
        name, dot, _ = found[1].partition(".")
        if not found[0].endswith("}"):
            wrong.append("a brace is not closed; write {{ for a brace of the text")
        elif not _PATH.fullmatch(found[1]) or name not in known:
            wrong.append(f"{{{found[1]}}} stands for nothing; known: {', '.join(known)}")
        elif known[name] != bool(dot):
            wrong.append(
                f"{{{found[1]}}} wants a part, as in {{{name}.host}}"
                if known[name]
                else f"{name} has no parts; write {{{name}}}"
            )
    return wrong


def shown(value: object) -> str:
    """Return a value as people write it: 3 for 3.0, 0.25, yes for true."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
