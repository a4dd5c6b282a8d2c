"""Bodies of webhooks that a file describes: `{"text": "{title}"}`.

Unlike the texts of rules, a body may be full of braces that stand for themselves: only a name that
is known is a place, and what looks like one and is none is a mistake.
"""

import json
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from urllib.parse import quote_plus

from blinkenlights.rules.template import shown

PLACES: Mapping[str, str] = {
    "title": "the one line that says it all",
    "text": "the message as plain text, in several lines",
    "state": "`firing` or `over`",
    "level": "`warning` or `critical`",
    "receiver": "the name of the receiver",
    "incident": "what all messages about the same have in common",
    "id": "the same when a message is said again",
    "opened": "when it began to be told, in seconds since the epoch",
    "now": "when this message was made, in seconds since the epoch",
    "count": "how many alerts fire",
    "rule": "the rule of the first alert",
    "subject": "what the first alert is about, such as `metric`",
    "thing": "the name of what the first alert is about",
    "why": "what, how much, against which limit",
    "severity": "as the rule has it",
    "link": "the page of the first alert",
    "runbook": "the runbook of its rule",
    "acknowledged": "who acknowledged it; empty for nobody",
    "acknowledge_link": "where it can be acknowledged",
    "silence_link": "where it can be silenced",
    "repeated": "that it may have been said before; empty when not",
}
"""Place -> what stands there."""
PARTS = ("labels", "tags", "values")
"""Places with a part: `{labels.team}`."""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
SLIP = 0.7
"""How alike a name and a known one are, from 0 to 1, for the one to be meant as the other."""
_PLACE = re.compile(r"\{([a-z_]+)(?:\.([A-Za-z0-9_.-]+))?\}")


def content_type(headers: Mapping[str, str]) -> str:
    """Return the content type that a webhook is posted with: JSON, where no header says another."""
    named = (value for name, value in headers.items() if name.lower() == "content-type")
    return next(named, JSON)


def filled(body: str, values: Mapping[str, object], kind: str) -> str:
    """Return a body with its places filled.

    Args:
        body: As the file has it.
        values: What stands for the places; `labels` and their like are mappings.
        kind: The content type, which says how values are escaped.
    """
    escaped = _escaping(kind)

    def value(found: re.Match[str]) -> str:
        name, part = found[1], found[2]
        if not _is_known(name, part):
            return found[0]
        whole = values.get(name)
        if part is not None:
            whole = whole.get(part) if isinstance(whole, Mapping) else None
        return escaped("" if whole is None else shown(whole))

    return _PLACE.sub(value, body)


def mistakes_in_body(body: str, kind: str) -> list[str]:
    """Return what is wrong with a body whose secrets may be filled in, and say none of them."""
    wrong = [
        f"{_quoted(found[1])} stands for nothing; known: {', '.join((*PLACES, *PARTS))}"
        for found in _PLACE.finditer(body)
        if not _is_known(found[1], found[2])
    ]
    if body and not wrong and _kind(kind) == JSON:
        try:
            json.loads(filled(body, dict.fromkeys(PLACES, 1), kind))
        except ValueError:
            wrong.append(
                "is no JSON when it is filled in; quote its places, or say another Content-Type"
            )
    return wrong


def _quoted(name: str) -> str:
    """Return what looks like a place: only a slip of the pen is no part of a secret for certain."""
    is_slip = get_close_matches(name, (*PLACES, *PARTS), 1, SLIP)
    return f"{{{name}}}" if is_slip else "what looks like a place in braces"


def _is_known(name: str, part: str | None) -> bool:
    return name in PLACES if part is None else name in PARTS


def _kind(content: str) -> str:
    return content.partition(";")[0].strip().lower()


def _escaping(kind: str) -> Callable[[str], str]:
    name = _kind(kind)
    if name == JSON or name.endswith("+json"):
        return lambda text: json.dumps(text)[1:-1]
    if name == FORM:
        return quote_plus
    return str
