"""Writes the rights of the store's users into docs/security.md, as their kinds need them."""

import re
from pathlib import Path

from blinkenlights.kinds.rights import rules_of

BEGIN = "<!-- users: written by `make definitions` -->\n"
END = "<!-- end of users -->"
_LINE = re.compile(r"^(user blinkenlights-(\S+) on >\S+) .*$", re.MULTILINE)


def page_with_rights(page: str) -> str:
    """Return a page with the present rights of each user that stands between its marks.

    Raises:
        ValueError: The page has no marks, or a user between them is not one of ours.
    """
    before, *parts = page.split(BEGIN)
    if not parts or any(END not in part for part in parts):
        raise ValueError(f"docs/security.md needs the lines {BEGIN.strip()} and {END}")
    return BEGIN.join([before, *map(_renewed, parts)])


def write_rights(path: Path) -> None:
    """Renew the page at `path`."""
    path.write_text(page_with_rights(path.read_text("utf-8")), "utf-8")


def _renewed(part: str) -> str:
    lines, end, after = part.partition(END)
    return _LINE.sub(_with_rights, lines) + end + after


def _with_rights(line: re.Match[str]) -> str:
    try:
        return f"{line[1]} {rules_of(line[2])}"
    except KeyError:
        raise ValueError(f"docs/security.md: there is no user blinkenlights-{line[2]}") from None
