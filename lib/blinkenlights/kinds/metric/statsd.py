"""Lines of statsd as a form of metrics: gathered from sockets; by themselves in any other body."""

from collections.abc import Callable, Sequence

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.format import Format
from blinkenlights.kinds.metric.many_lines import NO_TIME, Part, lines_decoder
from blinkenlights.kinds.metric.naming import Namer, namer
from blinkenlights.kinds.metric.settings import MetricConfig
from blinkenlights.kinds.metric.statsd_gatherer import StatsdGatherer
from blinkenlights.kinds.metric.statsd_line import parsed
from blinkenlights.kinds.signal import Decode, Settings

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
    return lines_decoder(lambda lines, came: _parts(lines, came, named))


def _parts(lines: Sequence[bytes], came: float | None, named: Namer) -> list[Part]:
    """Return the points that lines make, and why others make none."""
    parts: list[Part] = []
    by_time: dict[float, StatsdGatherer] = {}
    for line in lines:
        if line.startswith(_EVENTS):
            parts.append((line, Skipped("not a metric")))
            continue
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
