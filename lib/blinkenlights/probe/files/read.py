"""From the bytes of one file to its endpoints, or to all that is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import yaml

from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.endpoints import endpoint_of, written
from blinkenlights.probe.files.outputs import outputs_of
from blinkenlights.probe.files.settings import EndpointSettings, OutputSettings
from blinkenlights.probe.output import Output
from blinkenlights.probe.templates import PROBER_PLACES
from blinkenlights.yaml_files.document import Plain, read_document
from blinkenlights.yaml_files.mistakes import BadFile, Mistake
from blinkenlights.yaml_files.notes import Notes
from blinkenlights.yaml_files.secrets import NoSecret, Secrets
from blinkenlights.yaml_files.unfit import Unfit

NAME_BYTES = 255
_NOT_ENDPOINTS = ("self", "defaults")
_MERGED = ("headers", "labels", "tls", "auth", "json")
_TWICE = {"self": "write one self: with a list below it, an item for each"}


class EndpointFile(NamedTuple):
    """What one file says."""

    endpoints: tuple[Endpoint, ...]
    self_outputs: tuple[Output, ...] = ()
    """Where the prober reports about itself."""


def read_endpoints(
    data: bytes,
    file: str,
    environment: Mapping[str, str],
    now: float,
    *,
    is_scheduled: bool = False,
) -> EndpointFile:
    """Return what a file says; raises BadFile with all that is wrong.

    Args:
        data: The file.
        file: Its name.
        environment: Where secrets are.
        now: Cron expressions are looked at from then on.
        is_scheduled: Whether workers elsewhere probe, so that secrets of requests may be missing.
    """
    document = read_document(data, _TWICE)
    if document.data is None:
        return EndpointFile(())
    if not isinstance(document.data, dict) or document.node is None:
        raise BadFile([Mistake(1, "is no mapping; begin with the key of an endpoint: host/path")])
    reading = _Reading(
        document.data, document.node, file, environment, now, is_scheduled=is_scheduled
    )
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
        *,
        is_scheduled: bool,
    ) -> None:
        self.notes = Notes(node)
        self._is_scheduled = is_scheduled
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
            merged = _merged(defaults, given)
            settings = self.notes.converted(merged, EndpointSettings, [name])
            if settings is None:
                continue
            as_written = written(name, self._file, self.notes.line([name]), merged)
            try:
                yield endpoint_of(
                    as_written,
                    settings,
                    Secrets(self._environment),
                    self._now,
                    is_scheduled=self._is_scheduled,
                )
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
                yield from outputs_of(settings, Secrets(self._environment), PROBER_PLACES)
            except Unfit as unfit:
                self.notes.note([*where, unfit.key], f"self: {unfit}")
            except NoSecret as missing:
                self.notes.note_secret([where], f"self: {missing}", missing.place)


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
