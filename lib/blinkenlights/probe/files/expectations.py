"""What a file demands of an answer, as conditions: shortcuts, the published test, and CEL."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.conditions.comparing import equals, within
from blinkenlights.conditions.condition import Condition
from blinkenlights.conditions.errors import ConditionError
from blinkenlights.probe.endpoint import Scheme
from blinkenlights.probe.files.settings import EndpointSettings
from blinkenlights.probe.vocabulary import VOCABULARIES
from blinkenlights.yaml_files.unfit import Unfit

MOST = 50
"""Conditions of one endpoint."""
_OF_HTTP = (
    "status",
    "json",
    "success_test",
    "method",
    "headers",
    "body",
    "capture",
    "response_json_values",
    "proxy",
    "auth",
)
_NOTHING = EndpointSettings()
_RANGE = re.compile(r"(?P<low>[1-5][0-9]{2})(?:\.\.(?P<high>[1-5][0-9]{2}))?")
FINE = (200, 299)
"""What the status of an answer has to be where nothing is said."""


def tests_of(settings: EndpointSettings, scheme: Scheme) -> Sequence[Condition]:
    """Return what has to hold, or the endpoint has failed; raises Unfit."""
    is_http = scheme in ("http", "https")
    if not is_http:
        _refuse_what_is_of_http(settings)
    written = [settings.tests] if isinstance(settings.tests, str) else settings.tests
    found = [
        *_of_status(settings, is_http=is_http, is_alone=not written),
        *_of_json(settings),
        *(_compiled("tests", text, scheme) for text in written),
    ]
    return _few("tests", found)


def degraded_of(settings: EndpointSettings, scheme: Scheme) -> Sequence[Condition]:
    """Return the conditions of which none may hold, or the endpoint is degraded; raises Unfit."""
    written = [settings.degraded] if isinstance(settings.degraded, str) else settings.degraded
    return _few("degraded", [_compiled("degraded", text, scheme) for text in written])


def _few(key: str, conditions: list[Condition]) -> Sequence[Condition]:
    if len(conditions) > MOST:
        raise Unfit(key, f"has {len(conditions)} conditions, {MOST} at most")
    return tuple(conditions)


@lru_cache(4096)
def _cel(text: str, scheme: Scheme) -> Condition:
    """A fleet has the same few tests at each of its endpoints."""
    return compile_cel(text, VOCABULARIES[scheme])


def _compiled(key: str, text: str, scheme: Scheme = "http") -> Condition:
    try:
        return _cel(text, scheme)
    except ConditionError as error:
        raise Unfit(key, f"{text.strip()[:60]!r}: {error}") from None


def _of_status(settings: EndpointSettings, *, is_http: bool, is_alone: bool) -> Iterator[Condition]:
    if settings.status is not None:
        given = settings.status if isinstance(settings.status, list) else [settings.status]
        ranges = [_range(each) for each in given]
        if not ranges:
            raise Unfit("status", "is an empty list; write 200..299")
        if len(ranges) == 1:
            yield within("status", *ranges[0])
        else:
            yield _compiled(
                "status",
                " || ".join(f"(status >= {low} && status <= {high})" for low, high in ranges),
            )
    elif is_http and is_alone:
        yield within("status", *FINE)


def _range(value: int | str) -> tuple[int, int]:
    found = _RANGE.fullmatch(str(value))
    low, high = (int(found["low"]), int(found["high"] or found["low"])) if found else (1, 0)
    if low > high:
        raise Unfit("status", f"{value!r} is no status; write 200 or 200..299")
    return low, high


def _of_json(settings: EndpointSettings) -> Iterator[Condition]:
    wanted = [("json", path, value) for path, value in settings.json.items()]
    if settings.success_test is not None:
        wanted.append(("success_test", settings.success_test.key, settings.success_test.value))
    for key, path, value in wanted:
        try:
            yield equals(f"json.{path}", value)
        except ConditionError as error:
            raise Unfit(key, str(error)) from None


def _refuse_what_is_of_http(settings: EndpointSettings) -> None:
    for key in _OF_HTTP:
        if getattr(settings, key) != getattr(_NOTHING, key):
            raise Unfit(key, "is of HTTP; with tcp and tls only time and cert can be tested")
