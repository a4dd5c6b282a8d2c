"""Results of probes, and reports of probers, as signals."""

from operator import attrgetter

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.decode import parse
from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.numbers import numbers_of
from blinkenlights.kinds.endpoint.prober import decode as prober_decode
from blinkenlights.kinds.endpoint.prober import numbers as prober_numbers
from blinkenlights.kinds.endpoint.prober.fact import ProberReport
from blinkenlights.kinds.endpoint.prober.message import ProberMessage
from blinkenlights.kinds.endpoint.prober.write import ProberRows
from blinkenlights.kinds.endpoint.write import EndpointRows
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.signal import Decode, Names, Properties, Settings, Signal
from blinkenlights.store.names import Kept


def _decoder(_settings: Settings) -> Decode:
    return _decode


def _decode(
    body: bytes, key: str, _properties: Properties | None, receipt: float | None, _exchange: str
) -> EndpointResult | EndpointRemoved | Rejected:
    return parse(body, receipt, key)


def _prober_decoder(_settings: Settings) -> Decode:
    return _decode_report


def _decode_report(
    body: bytes, _key: str, _properties: Properties | None, _receipt: float | None, _exchange: str
) -> ProberReport | Rejected:
    return prober_decode.parse(body)


_NAMES = (Names(attrgetter("endpoint"), Kept(keys.FACTS, "hash")),)

ENDPOINTS = Signal(
    name="endpoint",
    decoder=_decoder,
    facts=(EndpointResult, EndpointRemoved),
    rows=EndpointRows,
    names={EndpointResult: _NAMES, EndpointRemoved: _NAMES},
    body=ResultMessage,
    numbers=numbers_of,
)
PROBERS = Signal(
    name="probe",
    decoder=_prober_decoder,
    facts=(ProberReport,),
    rows=ProberRows,
    names={ProberReport: (Names(attrgetter("prober"), Kept(keys.PROBERS, "hash")),)},
    body=ProberMessage,
    numbers=prober_numbers.numbers_of,
)
