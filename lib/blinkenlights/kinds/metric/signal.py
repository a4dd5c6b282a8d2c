"""Events of metrics as a signal."""

from operator import attrgetter

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.derived import duties
from blinkenlights.kinds.metric.derived_settings import DERIVED_TABLES
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.influx import INFLUX
from blinkenlights.kinds.metric.numbat import parser
from blinkenlights.kinds.metric.of_numbers import maker
from blinkenlights.kinds.metric.settings import TABLES
from blinkenlights.kinds.metric.statsd import STATSD
from blinkenlights.kinds.metric.write import MetricRows
from blinkenlights.kinds.signal import Decode, Names, Properties, Settings, Signal
from blinkenlights.store.names import Kept


def decoder(_settings: Settings) -> Decode:
    """Return what decodes events."""
    parse = parser()

    def decode(
        body: bytes,
        _key: str,
        _properties: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Event | Rejected:
        return parse(body, receipt)

    return decode


METRICS = Signal(
    name="metric",
    form="numbat",
    formats=(STATSD, INFLUX),
    tables=(*TABLES, *DERIVED_TABLES),
    decoder=decoder,
    facts=(Event,),
    rows=MetricRows,
    names={Event: (Names(attrgetter("series"), Kept(keys.FACTS, "hash")),)},
    duties=duties,
    of_number=maker(),
)
