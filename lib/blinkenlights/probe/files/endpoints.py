"""From the settings of one endpoint to the endpoint, where they were read or somewhere else."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from msgspec.structs import fields

from blinkenlights.conditions.errors import ConditionError
from blinkenlights.conditions.paths import steps_of
from blinkenlights.config_keys.words import check_location
from blinkenlights.probe.endpoint import Confirm, Endpoint, Policy, Request
from blinkenlights.probe.files.expectations import degraded_of, tests_of
from blinkenlights.probe.files.outputs import outputs_of
from blinkenlights.probe.files.requests import request_of, request_without_secrets
from blinkenlights.probe.files.schedules import period_of, schedule_of
from blinkenlights.probe.files.settings import EndpointSettings, OutputSettings
from blinkenlights.probe.templates import RESULT_PLACES
from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.secrets import NoSecret, Secrets
from blinkenlights.yaml_files.unfit import Unfit

MOST_OF = 20
CAPTURED = 64
_OF_OUTPUTS = frozenset(each.name for each in fields(OutputSettings))
_N_OF_M = re.compile(r"\s*(\d{1,3})(?:\s+of\s+(\d{1,3}))?\s*")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(EndpointSettings).decode


class Written(NamedTuple):
    """One endpoint as its file has it."""

    name: str
    file: str
    line: int
    settings: bytes
    """JSON of `EndpointSettings` with defaults, and with places for secrets. Where its results are
    posted to is not in it: whoever read the file posts them."""

    @property
    def digest(self) -> str:
        """Another one when any of it is."""
        told = blake2b(self.settings, digest_size=12)
        told.update(f"\n{self.name}\n{self.file}\n{self.line}".encode())
        return told.hexdigest()


def written(name: str, file: str, line: int, given: Mapping[str, Plain]) -> Written:
    """Return what a file says of an endpoint, with the defaults of the file merged in."""
    kept = {key: value for key, value in given.items() if key not in _OF_OUTPUTS}
    return Written(name, file, line, _encode(kept))


def endpoint_elsewhere(as_written: Written, secrets: Secrets, now: float) -> Endpoint:
    """Return an endpoint that was read elsewhere, with the secrets of this place.

    It has no outputs. Raises NoSecret, NotPermitted, Unfit, and msgspec.ValidationError where
    another version wrote the settings.
    """
    settings = _decode(as_written.settings)
    # With a certificate of this place somebody could pass for it.
    for path in (settings.tls.certificate_file, settings.tls.key_file):
        if path:
            secrets.check_file(path)
    return endpoint_of(as_written, settings, secrets, now)


def endpoint_of(
    as_written: Written,
    settings: EndpointSettings,
    secrets: Secrets,
    now: float,
    *,
    is_scheduled: bool = False,
) -> Endpoint:
    """Return an endpoint; raises Unfit and NoSecret.

    Args:
        as_written: Its file, and what that says.
        settings: The same, with its outputs.
        secrets: Puts them in.
        now: Cron expressions are looked at from then on.
        is_scheduled: Whether workers elsewhere probe it, so that its secrets may be missing here.
    """
    schedule = schedule_of(settings)
    period = period_of(schedule, now)
    capture = list(dict.fromkeys((*settings.response_json_values, *settings.capture)))
    _check_capture(capture)
    labels = {key: _text(value) for key, value in settings.labels.items()}
    places = [*capture, *RESULT_PLACES, *(f"labels.{key}" for key in labels)]
    outputs = outputs_of(settings, secrets, places)
    request = _request(as_written.name, settings, secrets, period, is_scheduled=is_scheduled)
    return Endpoint(
        name=as_written.name,
        file=as_written.file,
        line=as_written.line,
        request=request,
        schedule=schedule,
        tests=tests_of(settings, request.scheme),
        degraded=degraded_of(settings, request.scheme),
        capture=tuple(capture),
        policy=_policy(settings),
        labels=labels,
        outputs=outputs,
        is_reference=settings.reference,
        location=_location(settings.location),
        confirm=_confirm(settings.confirm),
        settings=as_written.settings,
        digest=as_written.digest,
    )


def _request(
    name: str, settings: EndpointSettings, secrets: Secrets, period: float, *, is_scheduled: bool
) -> Request:
    try:
        return request_of(name, settings, secrets, period)
    except NoSecret:
        if not is_scheduled:
            raise
    return request_without_secrets(name, settings, period)


def _check_capture(capture: list[str]) -> None:
    if len(capture) > CAPTURED:
        raise Unfit("capture", f"has {len(capture)} values, {CAPTURED} at most")
    for path in capture:
        try:
            steps_of(path)
        except ConditionError as error:
            raise Unfit("capture", str(error)) from None


def _policy(settings: EndpointSettings) -> Policy:
    needed, among = _n_of_m("failures", settings.failures)
    if not 1 <= settings.recoveries <= MOST_OF:
        raise Unfit("recoveries", f"has to be from 1 to {MOST_OF}")
    return Policy(needed, among, settings.recoveries)


def _confirm(given: str | int) -> Confirm | None:
    return Confirm(*_n_of_m("confirm", given)) if given else None


def _n_of_m(key: str, given: str | int) -> tuple[int, int]:
    found = _N_OF_M.fullmatch(str(given))
    needed = int(found[1]) if found else 0
    among = int(found[2] or found[1]) if found else 0
    if not 1 <= needed <= among <= MOST_OF:
        raise Unfit(key, f"{given!r} cannot be; write 2 of 3, and {MOST_OF} at most")
    return needed, among


def _location(given: str) -> str:
    try:
        check_location(given)
    except ValueError as error:
        raise Unfit("location", str(error)) from None
    return given


def _text(value: str | float | bool) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
