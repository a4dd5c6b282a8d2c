"""Where things are on the page, as relative links."""

from urllib.parse import quote, urlencode


def anchor(subject: str, name: str) -> str:
    """Return the id of a row: the same for ever, another for each name, without white space."""
    encoded = quote(name, safe="", errors="replace").replace("_", "%5F").replace("%", "_")
    return f"{subject}-{encoded}"


def query(kind: str, name: str, state: str) -> str:
    """Return `?kind=...&name=...&state=...` with what is not empty, `?` when all is."""
    asked = {"kind": kind, "name": name, "state": state}
    return "?" + urlencode({key: value for key, value in asked.items() if value}, errors="replace")


def link_to(subject: str, name: str) -> str:
    """Return where the page of one thing is.

    In the query, because a browser would take a component called `..` for a folder.
    """
    return "one?" + urlencode({"kind": subject, "name": name}, errors="replace")
