"""Heartbeats and health reports as a signal."""

from operator import attrgetter

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.body import HeartbeatBody
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.heartbeat.numbers import numbers_of
from blinkenlights.kinds.heartbeat.sending import HeartbeatSending
from blinkenlights.kinds.heartbeat.settings import TABLES, HeartbeatConfig
from blinkenlights.kinds.heartbeat.write import HeartbeatRows, shortest_interval
from blinkenlights.kinds.signal import Decode, Names, Properties, Settings, Signal
from blinkenlights.store.names import Kept


def decoder(settings: Settings) -> Decode:
    """Return what decodes heartbeats, by the configured intervals."""
    configured = settings.table(HeartbeatConfig)
    interval, longest = configured.interval, configured.longest_interval

    def decode(
        body: bytes,
        key: str,
        _properties: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Heartbeat | Rejected:
        return parse(
            body, key, default_interval=interval, longest_interval=longest, receipt=receipt
        )

    return decode


def _interval(settings: Settings) -> int:
    return settings.table(HeartbeatConfig).interval


HEARTBEATS = Signal(
    name="heartbeat",
    decoder=decoder,
    facts=(Heartbeat,),
    rows=HeartbeatRows,
    names={Heartbeat: (Names(attrgetter("component"), Kept(keys.FACTS, "hash")),)},
    tables=TABLES,
    body=HeartbeatBody,
    interval=_interval,
    shortest_interval=shortest_interval,
    sending=HeartbeatSending(),
    numbers=numbers_of,
)
