"""Results of probes, and reports of probers, as signals."""

from operator import attrgetter

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.decode import decode
from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.numbers import numbers_of
from blinkenlights.kinds.endpoint.prober import decode as prober_decode
from blinkenlights.kinds.endpoint.prober import numbers as prober_numbers
from blinkenlights.kinds.endpoint.prober.fact import ProberReport
from blinkenlights.kinds.endpoint.prober.message import ProberMessage
from blinkenlights.kinds.endpoint.prober.write import ProberRows
from blinkenlights.kinds.endpoint.write import EndpointRows
from blinkenlights.kinds.signal import Decode, Names, Settings, Signal
from blinkenlights.store.names import Kept


def _decoder(_settings: Settings) -> Decode:
    return decode


def _prober_decoder(_settings: Settings) -> Decode:
    return prober_decode.decode


ENDPOINTS = Signal(
    name="endpoint",
    decoder=_decoder,
    facts=(EndpointResult, EndpointRemoved),
    rows=EndpointRows,
    names={EndpointResult: (Names(attrgetter("endpoint"), Kept(keys.FACTS, "hash")),)},
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
