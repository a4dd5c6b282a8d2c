"""JSON with places for values: `{"text": "{status} of {app}"}` becomes what was captured.

Pure. A text that is one place alone becomes the value itself, with its type; inside a longer text
a value stands as JSON has it, but a text without quotes and `null` as nothing. JSON is filled as
data, and written as JSON afterwards: no value can end a text, or begin another key.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

Value = str | int | float | bool | None

RESULT_PLACES: Mapping[str, str] = {
    "endpoint": "the key of the endpoint in its file",
    "result": "`ok`, `degraded` or `failed`",
    "status": "the status of the answer, where nothing of this name is captured",
    "reason": "why it is not well, in one line; empty when it is",
    "time": "seconds that the probe took",
    "due": "when the probe was due, in seconds since the epoch",
    "at": "the same as a date: `2026-11-28T20:45:00Z`",
    "address": "whom the probe was connected to",
    "prober": "the prober, or the scheduler whose worker it was",
    "location": "where that worker is; nothing where none was needed",
    "worker": "its name",
}
"""Place -> what stands there, of the result of an endpoint. Captured values go before these."""
PROBER_PLACES: Mapping[str, str] = {
    "prober": "its name",
    "result": "`ok`, `degraded` when it is behind or has bad files, `failed` when it is blind",
    "reason": "why, in one line; empty when it is well",
    "endpoints": "how many it probes",
    "due": "runs that were due since it started",
    "run": "runs that were made",
    "missed": "runs that were missed",
    "waiting": "runs that are due now and not begun",
    "lag": "seconds by which runs begin late, at 95 percent, in the last minutes",
    "used": "the share of its probes at a time that is used, from 0 to 1",
    "broken_files": "files that it cannot use",
    "at": "when it said so, as a date",
}
"""Place -> what stands there, of what the prober reports of itself."""

_NAME = r"\w[^{}\r\n]*"
"""As of anything that can be captured: `queue depth`, `nodes["a.b"]`, `labels.team`."""
_PLACE = re.compile(rf"\{{\{{({_NAME})\}}\}}|\{{({_NAME})\}}")


def places_in(template: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the names of all places; `{{name}}` is none, and stands for `{name}`."""
    if isinstance(template, str):
        yield from (found[2] for found in _PLACE.finditer(template) if found[2])
    elif isinstance(template, list):
        for each in template:
            yield from places_in(each)
    elif isinstance(template, dict):
        for key, value in template.items():
            yield from places_in(key)
            yield from places_in(value)


def filled(template: Any, values: Mapping[str, Value]) -> Any:  # noqa: ANN401 - any JSON
    """Return a template with its places filled; what has no value is null, or nothing in a text."""
    if isinstance(template, str):
        whole = _PLACE.fullmatch(template)
        if whole and whole[2]:
            return values.get(whole[2])
        return _text(template, values)
    if isinstance(template, list):
        return [filled(each, values) for each in template]
    if isinstance(template, dict):
        return {_text(key, values): filled(value, values) for key, value in template.items()}
    return template


def _text(template: str, values: Mapping[str, Value]) -> str:
    return _PLACE.sub(
        lambda found: _in_text(values.get(found[2])) if found[2] else f"{{{found[1]}}}", template
    )


def _in_text(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
