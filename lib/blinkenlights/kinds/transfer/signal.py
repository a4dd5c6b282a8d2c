"""Reports of transfers, and speedos, as two signals."""

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.signal import Decode, Names, Passing, Properties, Settings, Signal
from blinkenlights.kinds.transfer import decode, decode_speedo, keys
from blinkenlights.kinds.transfer.fact import Speedo, Started, Transfer
from blinkenlights.kinds.transfer.handover import handovers
from blinkenlights.kinds.transfer.log_settings import LogConfig
from blinkenlights.kinds.transfer.minutes import duties
from blinkenlights.kinds.transfer.sending import TransferSending
from blinkenlights.kinds.transfer.settings import TABLES, InFlightConfig
from blinkenlights.kinds.transfer.write import TransferRows
from blinkenlights.kinds.transfer.write_speedos import SpeedoRows
from blinkenlights.store.names import Kept


def transfer_decoder(settings: Settings) -> Decode:
    """Return what decodes reports of transfers."""
    return _transfer_once if settings.table(LogConfig).copies == "once" else _transfer


def speedo_decoder(_settings: Settings) -> Decode:
    """Return what decodes speedos."""
    return _speedo


def _transfer(
    body: bytes, key: str, properties: Properties | None, receipt: float | None, _exchange: str
) -> Transfer | Started | Skipped | Rejected:
    headers = properties.headers if properties else None
    return decode.parse(body, key, headers=headers, receipt=receipt)


def _transfer_once(
    body: bytes, key: str, properties: Properties | None, receipt: float | None, exchange: str
) -> Transfer | Started | Skipped | Rejected:
    fact = _transfer(body, key, properties, receipt, exchange)
    # With a receipt it came to a socket, where no copies come, and may have no time of its own.
    if isinstance(fact, Transfer) and receipt is None:
        return fact._replace(counts_once=True)
    return fact


def _speedo(
    body: bytes, key: str, properties: Properties | None, _receipt: float | None, _exchange: str
) -> Speedo | Skipped | Rejected:
    headers = properties.headers if properties else None
    return decode_speedo.parse(body, key, headers=headers)


def _most_in_flight(settings: Settings) -> int:
    return settings.table(InFlightConfig).most


def _pair(fact: Transfer) -> str:
    return f"{fact.client}\0{fact.source}"


def _begun(fact: Started) -> str:
    return f"{fact.node}\0{fact.id}"


def _measured(fact: Speedo) -> str:
    return f"{fact.scope}\0{fact.name}"


_IN_FLIGHT = Names(
    _begun,
    Kept(keys.INFLIGHT, "sorted"),
    Passing(_most_in_flight, "most in [inflight]", "too many in flight"),
)
TRANSFERS = Signal(
    name="transfer",
    decoder=transfer_decoder,
    facts=(Transfer, Started),
    rows=TransferRows,
    # There are never more clients or sources than pairs of them.
    names={
        Transfer: (Names(_pair, Kept(keys.COUNTS + "pair", "hash")),),
        Started: (_IN_FLIGHT,),
    },
    tables=TABLES,
    handovers=handovers,
    duties=duties,
    sending=TransferSending(),
)
SPEEDOS = Signal(
    name="speedo",
    decoder=speedo_decoder,
    facts=(Speedo,),
    rows=SpeedoRows,
    names={Speedo: (Names(_measured, Kept(keys.SPEEDOS, "hash")),)},
)
