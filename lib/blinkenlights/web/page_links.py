"""Where things are on the page, as relative links."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec

from blinkenlights.config_keys.templates import filled
from blinkenlights.web.shown import Detail
from blinkenlights.web.views import displays


def anchor(subject: str, name: str) -> str:
    """Return the id of a row: the same for ever, another for each name, without white space."""
    encoded = quote(name, safe="", errors="replace").replace("_", "%5F").replace("%", "_")
    return f"{subject}-{encoded}"


def query(kind: str, name: str, state: str) -> str:
    """Return `?kind=...&name=...&state=...` with what is not empty, `?` when all is."""
    asked = {"kind": kind, "name": name, "state": state}
    return "?" + urlencode({key: value for key, value in asked.items() if value}, errors="replace")


def linked(detail: Detail, links: Mapping[str, str]) -> Detail:
    """Return the same with the link to where more is known of it, by the templates there are."""
    row = detail.row
    link = filled(links.get(row.kind, ""), displays()[row.kind].parts(row.name))
    return msgspec.structs.replace(detail, link=link)


def respond_to(subject: str, name: str) -> str:
    """Return where the forms are by which people acknowledge and silence one thing."""
    return "respond?" + urlencode({"kind": subject, "name": name}, errors="replace")


def link_to(subject: str, name: str) -> str:
    """Return where the page of one thing is.

    In the query, because a browser would take a component called `..` for a folder.
    """
    return "one?" + urlencode({"kind": subject, "name": name}, errors="replace")
