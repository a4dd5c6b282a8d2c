"""From the bytes of one file to its endpoints, or to all that is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import yaml

from blinkenlights.probe.endpoint import Endpoint, Policy
from blinkenlights.probe.files.expectations import degraded_of, tests_of
from blinkenlights.probe.files.outputs import outputs_of
from blinkenlights.probe.files.requests import Unfit, request_of, seconds_of
from blinkenlights.probe.files.secrets import NoSecret, Secrets
from blinkenlights.probe.files.settings import EndpointSettings, OutputSettings
from blinkenlights.probe.output import Output
from blinkenlights.probe.schedule import LONGEST, Cron, Every, Schedule, shortest_period
from blinkenlights.yaml_files.converting import convert
from blinkenlights.yaml_files.document import Plain, line_of, read_document
from blinkenlights.yaml_files.mistakes import BadFile, Mistake

SHORTEST_PERIOD = 1.0
MOST_OF = 20
NAME_BYTES = 255
CAPTURED = 64
_NOT_ENDPOINTS = ("self", "defaults")
_MERGED = ("headers", "labels", "tls", "auth", "json")
_NAMED_CRON = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

T = TypeVar("T")


class EndpointFile(NamedTuple):
    """What one file says."""

    endpoints: tuple[Endpoint, ...]
    self_outputs: tuple[Output, ...] = ()
    """Where the prober reports about itself."""


def read_endpoints(
    data: bytes, file: str, environment: Mapping[str, str], now: float
) -> EndpointFile:
    """Return what a file says; raises BadFile with all that is wrong.

    Args:
        data: The file.
        file: Its name.
        environment: Where secrets are.
        now: Cron expressions are looked at from then on.
    """
    document = read_document(data)
    if document.data is None:
        return EndpointFile(())
    if not isinstance(document.data, dict) or document.node is None:
        raise BadFile([Mistake(1, "is no mapping; begin with the key of an endpoint: host/path")])
    reading = _Reading(document.data, document.node, file, environment, now)
    endpoints = tuple(reading.endpoints())
    outputs = tuple(reading.self_outputs())
    if reading.mistakes:
        raise BadFile(reading.mistakes)
    return EndpointFile(endpoints, outputs)


class _Reading:
    def __init__(
        self,
        data: dict[str, Plain],
        node: yaml.Node,
        file: str,
        environment: Mapping[str, str],
        now: float,
    ) -> None:
        self.mistakes: list[Mistake] = []
        self._data = data
        self._node = node
        self._file = file
        self._environment = environment
        self._now = now

    def endpoints(self) -> Iterator[Endpoint]:
        defaults = self._data.get("defaults") or {}
        if not isinstance(defaults, dict):
            self._note(["defaults"], "defaults: wants keys and values below it")
            return
        for name, given in self._data.items():
            if name in _NOT_ENDPOINTS:
                continue
            if not isinstance(given, dict):
                self._note([name], f"{name}: wants keys and values below it; write every: 60s")
                continue
            settings = self._converted(_merged(defaults, given), EndpointSettings, [name])
            if settings is None:
                continue
            try:
                yield self._endpoint(name, settings)
            except Unfit as unfit:
                self._note([name, unfit.key], f"{name}: {unfit}")
            except NoSecret as missing:
                self._note([name], f"{name}: {missing}")

    def self_outputs(self) -> Iterator[Output]:
        given = self._data.get("self")
        for number, each in enumerate(given if isinstance(given, list) else [given]):
            where: list[str | int] = ["self", number] if isinstance(given, list) else ["self"]
            if each is None:
                continue
            settings = self._converted(each, OutputSettings, where)
            if settings is None:
                continue
            try:
                yield from outputs_of(settings, Secrets(self._environment))
            except Unfit as unfit:
                self._note([*where, unfit.key], f"self: {unfit}")
            except NoSecret as missing:
                self._note(where, f"self: {missing}")

    def _endpoint(self, name: str, settings: EndpointSettings) -> Endpoint:
        _check_name(name)
        secrets = Secrets(self._environment)
        schedule = self._schedule(settings)
        period = self._period(schedule)
        outputs = outputs_of(settings, secrets)
        request = request_of(name, settings, secrets, period)
        capture = [*settings.response_json_values, *settings.capture]
        if len(capture) > CAPTURED:
            raise Unfit("capture", f"has {len(capture)} values, {CAPTURED} at most")
        return Endpoint(
            name=name,
            file=self._file,
            line=self._line([name]),
            request=request,
            schedule=schedule,
            tests=tests_of(settings, is_http=request.scheme in ("http", "https")),
            degraded=degraded_of(settings),
            capture=tuple(dict.fromkeys(capture)),
            policy=_policy(settings),
            labels={key: _text(value) for key, value in settings.labels.items()},
            outputs=outputs,
            is_reference=settings.reference,
        )

    def _schedule(self, settings: EndpointSettings) -> Schedule:
        if settings.cron_schedule and settings.every is not None:
            raise Unfit("every", "and cron_schedule say both when; write one of them")
        if settings.every is not None:
            seconds = seconds_of("every", settings.every)
            if not SHORTEST_PERIOD <= seconds <= LONGEST:
                raise Unfit("every", "has to be from 1s to a year")
            return Every(seconds)
        if not settings.cron_schedule:
            raise Unfit("every", "is missing; write every: 60s, or cron_schedule")
        expression = _NAMED_CRON.get(settings.cron_schedule, settings.cron_schedule)
        try:
            return Cron(expression, ZoneInfo(settings.time_zone))
        except (OSError, ValueError):
            zone = settings.time_zone
            raise Unfit("time_zone", f"{zone!r} is none; write one such as Europe/Riga") from None

    def _period(self, schedule: Schedule) -> float:
        try:
            period = shortest_period(schedule, self._now)
        except ValueError as error:
            raise Unfit(
                "cron_schedule",
                f"{error}; write minute, hour, day, month and weekday, as in '*/5 * * * *'",
            ) from None
        return period

    def _converted(self, data: Plain, struct: type[T], where: list[str | int]) -> T | None:
        found = convert(data, struct, self._node, where)
        if isinstance(found, Mistake):
            name = where[0]
            self.mistakes.append(found._replace(sentence=f"{name}: {found.sentence}"))
            return None
        return found

    def _note(self, path: list[str | int], sentence: str) -> None:
        self.mistakes.append(Mistake(self._line(path), sentence))

    def _line(self, path: list[str | int]) -> int:
        return line_of(self._node, path)


def _merged(defaults: Mapping[str, Plain], given: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return what is given over the defaults; of a few keys both sides count."""
    merged = {**defaults, **given}
    if "every" in given:
        merged.pop("cron_schedule", None) if "cron_schedule" not in given else None
    elif "cron_schedule" in given:
        merged.pop("every", None)
    for key in _MERGED:
        below, above = defaults.get(key), given.get(key)
        if isinstance(below, dict) and isinstance(above, dict):
            merged[key] = {**below, **above}
    return merged


def _check_name(name: str) -> None:
    if not name.isprintable() or not 0 < len(name.encode()) <= NAME_BYTES:
        raise Unfit("", f"a key has 1 to {NAME_BYTES} bytes, all printable")


def _policy(settings: EndpointSettings) -> Policy:
    given = settings.failures
    found = re.fullmatch(r"\s*(\d{1,3})(?:\s+of\s+(\d{1,3}))?\s*", str(given))
    needed = int(found[1]) if found else 0
    among = int(found[2] or found[1]) if found else 0
    if not 1 <= needed <= among <= MOST_OF:
        raise Unfit("failures", f"{given!r} cannot be; write 2 of 3, and {MOST_OF} at most")
    if not 1 <= settings.recoveries <= MOST_OF:
        raise Unfit("recoveries", f"has to be from 1 to {MOST_OF}")
    return Policy(needed, among, settings.recoveries)


def _text(value: str | float | bool) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
