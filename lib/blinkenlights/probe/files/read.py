"""From the bytes of one file to its endpoints, or to all that is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import yaml

from blinkenlights.conditions.errors import ConditionError
from blinkenlights.conditions.paths import steps_of
from blinkenlights.probe.endpoint import Endpoint, Policy
from blinkenlights.probe.files.expectations import degraded_of, tests_of
from blinkenlights.probe.files.outputs import outputs_of
from blinkenlights.probe.files.requests import request_of
from blinkenlights.probe.files.schedules import period_of, schedule_of
from blinkenlights.probe.files.settings import EndpointSettings, OutputSettings
from blinkenlights.probe.output import Output
from blinkenlights.yaml_files.document import Plain, read_document
from blinkenlights.yaml_files.mistakes import BadFile, Mistake
from blinkenlights.yaml_files.notes import Notes
from blinkenlights.yaml_files.secrets import NoSecret, Secrets
from blinkenlights.yaml_files.unfit import Unfit

MOST_OF = 20
NAME_BYTES = 255
CAPTURED = 64
_NOT_ENDPOINTS = ("self", "defaults")
_MERGED = ("headers", "labels", "tls", "auth", "json")
_TWICE = {"self": "write one self: with a list below it, an item for each"}


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
    document = read_document(data, _TWICE)
    if document.data is None:
        return EndpointFile(())
    if not isinstance(document.data, dict) or document.node is None:
        raise BadFile([Mistake(1, "is no mapping; begin with the key of an endpoint: host/path")])
    reading = _Reading(document.data, document.node, file, environment, now)
    endpoints = tuple(reading.endpoints())
    outputs = tuple(reading.self_outputs())
    if reading.notes.mistakes:
        raise BadFile(reading.notes.mistakes)
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
        self.notes = Notes(node)
        self._data = data
        self._file = file
        self._environment = environment
        self._now = now

    def endpoints(self) -> Iterator[Endpoint]:
        defaults = self._data.get("defaults") or {}
        if not isinstance(defaults, dict):
            self.notes.note(["defaults"], "defaults: wants keys and values below it")
            return
        if self.notes.converted(defaults, EndpointSettings, ["defaults"]) is None:
            return
        for name, given in self._data.items():
            if name in _NOT_ENDPOINTS:
                continue
            if not _is_name(name):
                sentence = f"{name!r}: a key has 1 to {NAME_BYTES} bytes, all printable"
                self.notes.note([name], sentence)
                continue
            if not isinstance(given, dict):
                self.notes.note([name], f"{name}: wants keys and values below it; write every: 60s")
                continue
            settings = self.notes.converted(_merged(defaults, given), EndpointSettings, [name])
            if settings is None:
                continue
            try:
                yield self._endpoint(name, settings)
            except Unfit as unfit:
                where = name if unfit.key in given or unfit.key not in defaults else "defaults"
                self.notes.note([where, unfit.key], f"{name}: {unfit}")
            except NoSecret as missing:
                self.notes.note_secret([[name], ["defaults"]], f"{name}: {missing}", missing.place)

    def self_outputs(self) -> Iterator[Output]:
        given = self._data.get("self")
        for number, each in enumerate(given if isinstance(given, list) else [given]):
            where: list[str | int] = ["self", number] if isinstance(given, list) else ["self"]
            if each is None:
                continue
            settings = self.notes.converted(each, OutputSettings, where)
            if settings is None:
                continue
            try:
                yield from outputs_of(settings, Secrets(self._environment))
            except Unfit as unfit:
                self.notes.note([*where, unfit.key], f"self: {unfit}")
            except NoSecret as missing:
                self.notes.note_secret([where], f"self: {missing}", missing.place)

    def _endpoint(self, name: str, settings: EndpointSettings) -> Endpoint:
        secrets = Secrets(self._environment)
        schedule = schedule_of(settings)
        period = period_of(schedule, self._now)
        outputs = outputs_of(settings, secrets)
        request = request_of(name, settings, secrets, period)
        capture = [*settings.response_json_values, *settings.capture]
        _check_capture(capture)
        return Endpoint(
            name=name,
            file=self._file,
            line=self.notes.line([name]),
            request=request,
            schedule=schedule,
            tests=tests_of(settings, request.scheme),
            degraded=degraded_of(settings, request.scheme),
            capture=tuple(dict.fromkeys(capture)),
            policy=_policy(settings),
            labels={key: _text(value) for key, value in settings.labels.items()},
            outputs=outputs,
            is_reference=settings.reference,
        )


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


def _is_name(name: str) -> bool:
    return name.isprintable() and 0 < len(name.encode()) <= NAME_BYTES


def _check_capture(capture: list[str]) -> None:
    if len(capture) > CAPTURED:
        raise Unfit("capture", f"has {len(capture)} values, {CAPTURED} at most")
    for path in capture:
        try:
            steps_of(path)
        except ConditionError as error:
            raise Unfit("capture", str(error)) from None


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
