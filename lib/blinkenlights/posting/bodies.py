"""What is posted to a URL: the file's JSON with its places filled, in the other side's form."""

from typing import Any

import msgspec

from blinkenlights.plugin.words import shorten
from blinkenlights.posting.entry import Entry, date_of
from blinkenlights.probe.output import HttpOutput
from blinkenlights.probe.templates import filled

TITLE_BYTES = 500
TEXT_BYTES = 4000
TAG_BYTES = 200
"""What Datadog takes of each."""
LATEST = 2.0**40
_STATUS = {"ok": "ok", "degraded": "warn", "failed": "error"}


def body_of(output: HttpOutput, endpoint: str, entry: Entry) -> Any:  # noqa: ANN401 - any JSON
    """Return what is posted of an entry."""
    if not output.payload:
        return entry.values
    info = filled(msgspec.json.decode(output.payload), entry.values)
    if output.dialect == "datadog v1":
        return _event(info) | {"date_happened": _moment(info.get("date_happened"), entry.at)}
    if output.dialect == "datadog v2":
        return info if "data" in info else _alert(info, endpoint, entry)
    return info


def _event(info: dict[str, Any]) -> dict[str, Any]:
    """Return an event as Datadog takes it: short enough, and tags as texts."""
    event = dict(info)
    for key, most in (("title", TITLE_BYTES), ("text", TEXT_BYTES)):
        if key in event:
            event[key] = shorten(_text(event[key]), most)
    if "tags" in event:
        event["tags"] = _tags(event["tags"])
    return event


def _alert(info: dict[str, Any], endpoint: str, entry: Entry) -> dict[str, Any]:
    """Return an event of version 2, of which there are changes and alerts only, as an alert."""
    event = _event(info)
    attributes: dict[str, Any] = {
        "category": "alert",
        "title": event.get("title", ""),
        "message": event.get("text", ""),
        "tags": event.get("tags", []),
        "timestamp": date_of(entry.at),
        "attributes": {"status": _STATUS.get(entry.result, "error")},
    }
    if endpoint:
        attributes["aggregation_key"] = endpoint[:100]
    return {"data": {"type": "event", "attributes": attributes}}


def _moment(given: Any, at: float) -> int:  # noqa: ANN401 - any JSON
    """Return what is given, if it is seconds since the epoch, and else when it was due."""
    is_moment = isinstance(given, int | float) and 0 <= given < LATEST
    return int(given if is_moment else at)


def _tags(tags: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Return tags as texts; the published form has a mapping for each: `- status: "{status}"`."""
    texts = []
    for each in tags if isinstance(tags, list) else [tags]:
        if isinstance(each, dict):
            texts += [f"{name}:{_text(value)}" for name, value in each.items()]
        else:
            texts.append(_text(each))
    return [shorten(each, TAG_BYTES) for each in texts]


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
