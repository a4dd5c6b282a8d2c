"""Lines of statsd as a form of metrics: gathered from sockets; by themselves in any other body."""

from collections.abc import Callable

from blinkenlights.kinds.fact import Rejected, Several, Skipped
from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.format import MANY_LINES_BYTES, Format
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.naming import Namer, namer
from blinkenlights.kinds.metric.sent import NO_TIME, sent
from blinkenlights.kinds.metric.settings import MetricConfig
from blinkenlights.kinds.metric.statsd_gatherer import StatsdGatherer
from blinkenlights.kinds.metric.statsd_line import parsed
from blinkenlights.kinds.signal import Decode, Decoded, Properties, Settings

_NO_VALUE_BEFORE = Rejected(
    "no value before",
    "a gauge with a sign changes the value before, which a body by itself does not have; send the "
    "value, or the line to a socket",
)
_EVENTS = (b"_e{", b"_sc|")
"""What events and service checks of DogStatsD begin with."""


def decoder(_settings: Settings) -> Decode:
    """Return what decodes bodies of lines, each of which is counted by itself."""
    named = namer()

    def decode(
        body: bytes,
        _key: str,
        properties: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Decoded:
        if len(body) > MANY_LINES_BYTES:
            return Rejected("too large", f"more than {MANY_LINES_BYTES} bytes")
        came = sent(properties, receipt)
        lines = [line for line in body.split(b"\n") if line and not line.isspace()]
        metrics = [line for line in lines if not line.startswith(_EVENTS)]
        if not metrics:
            return Skipped("not a metric") if lines else Rejected("no line", "nothing but blanks")
        parts = _parts(metrics, came, named)
        return parts[0][1] if len(parts) == 1 else Several(parts)

    return decode


def _parts(
    lines: list[bytes], came: float | None, named: Namer
) -> list[tuple[bytes, Event | Rejected]]:
    """Return the points that lines make, and why others make none."""
    parts: list[tuple[bytes, Event | Rejected]] = []
    by_time: dict[float, StatsdGatherer] = {}
    for line in lines:
        try:
            name, several = parsed(line)
            time = several[0].time or came
            if time is None:
                raise Invalid("no time", NO_TIME)  # noqa: TRY301 - as all that is wrong with a line
            if time not in by_time:
                by_time[time] = StatsdGatherer(named)
            by_time[time].add(name, several)
        except Invalid as invalid:
            parts.append((line, invalid.rejected))
        except ValueError as error:
            parts.append((line, Rejected("not statsd", str(error))))
    for time, gatherer in by_time.items():
        parts += gatherer.flush(time)
        parts += [(line, _NO_VALUE_BEFORE) for line in gatherer.waiting()]
    return parts


def gatherer(settings: Settings) -> Callable[[], StatsdGatherer]:
    """Return what makes a gatherer for a socket."""
    named, seconds = namer(), float(settings.table(MetricConfig).flush)
    return lambda: StatsdGatherer(named, seconds)


STATSD = Format(name="statsd", decoder=decoder, gatherer=gatherer, holds_many=True)
