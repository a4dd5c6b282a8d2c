"""Whose results count: those of workers at the location that an endpoint's file names.

A worker's user may publish with the key of its own location alone, and the key has to agree with
what the result says. Which endpoints are probed from there only the files say.
"""

from collections.abc import Mapping

from blinkenlights.collector.decoding import Decoding
from blinkenlights.kinds.endpoint.decode import OF_WORKERS
from blinkenlights.kinds.endpoint.fact import EndpointResult
from blinkenlights.kinds.endpoint.signal import ENDPOINTS
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import Invalid, printable_name
from blinkenlights.kinds.signal import Decode, Decoded, Properties
from blinkenlights.probe.endpoint import Endpoint

MOVE_SECONDS = 120.0
"""How long results from where an endpoint was before still count."""


class Places:
    """From where each endpoint is probed. Times are seconds since the epoch."""

    def __init__(self) -> None:
        self._at: dict[str, str] = {}
        self._before: dict[str, tuple[str, float]] = {}

    def follow(self, endpoints: Mapping[str, Endpoint], now: float) -> None:
        """Take what the files say from now on."""
        found = {_name(each.name): each.location for each in endpoints.values()}
        for name, location in self._at.items():
            if found.get(name, location) != location:
                self._before[name] = location, now + MOVE_SECONDS
        self._before = {name: each for name, each in self._before.items() if each[1] > now}
        self._at = found

    def counts(self, endpoint: str, location: str, now: float) -> bool:
        """Return whether results of an endpoint count from a location; all of unknown ones do."""
        if self._at.get(endpoint, location) == location:
            return True
        before, until = self._before.get(endpoint, ("", 0.0))
        return before == location and now < until

    def guarded(self, decoding: Decoding) -> Decoding:
        """Return decoding that rejects results from elsewhere."""
        formats = {
            form: self._guarded(decode) if form[0] == ENDPOINTS.name else decode
            for form, decode in decoding.formats.items()
        }
        return decoding._replace(formats=formats)

    def _guarded(self, inner: Decode) -> Decode:
        def decode(
            body: bytes,
            key: str,
            properties: Properties | None,
            receipt: float | None,
            exchange: str,
        ) -> Decoded:
            found = inner(body, key, properties, receipt, exchange)
            if not isinstance(found, EndpointResult) or not key.startswith(OF_WORKERS):
                return found
            now = found.event if receipt is None else receipt
            location = key.removeprefix(OF_WORKERS)
            if self.counts(found.endpoint, location, now):
                return found
            return Rejected(
                "wrong location", f"{found.endpoint} is not probed from location {location!a}"
            )

        return decode


def _name(written: str) -> str:
    """Return the name of an endpoint as results of it are stored."""
    try:
        return printable_name(written, "endpoint")
    except Invalid:
        return written
