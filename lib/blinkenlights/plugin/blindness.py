"""Why nothing at all can be judged, in a sentence: no collector, none that runs, no source."""

from collections.abc import Sequence

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.plugin.reports import REPORT_LIMIT, Collector, Source
from blinkenlights.plugin.words import clean, listing, shorten, span

WATERMARK_LIMIT = 60.0
"""Seconds by which what is stored may lag before nothing can be called alive any more."""
ERROR_BYTES = 60
"""Of the error of a source: line 1 is short, and what else is wrong must fit. -vv has all of it."""


def blindness(
    collectors: Sequence[Collector], sources: Sequence[Source], kind: str | None, now: float
) -> str:
    """Return why nothing can be judged of a kind of signal, or of any; empty when some can.

    `sources` are those that count.
    """
    if not collectors:
        return "no collector has reported to this store; start one with: blinkenlights collect"
    if not any(collector.running for collector in collectors):
        newest = min(collectors, key=lambda collector: collector.age)
        if newest.ahead > CLOCK_TOLERANCE:
            return (
                f"the clock of collector {clean(newest.name)} is {span(newest.ahead)} ahead of "
                f"ours, limit {span(CLOCK_TOLERANCE)}: set the clocks; nothing can be judged"
            )
        name = clean(newest.name)
        if newest.stopped:
            return f"collector {name} was stopped {span(newest.age)} ago: nothing can be judged"
        return (
            f"collector {name} is down or cannot write, last report {span(newest.age)} ago, "
            f"limit {span(REPORT_LIMIT)}: nothing can be judged"
        )
    if not sources:
        return f"no collector has a source for {kind or 'anything'}; configure one"
    if not any(source.connected for source in sources):
        last = max(source.watermark for source in sources)
        if now - last > WATERMARK_LIMIT:
            each = [
                clean(source.address) + (f": {cause(source)}" if source.error else "")
                for source in sources
            ]
            return (
                f"no source can be heard since {span(now - last)}, limit {span(WATERMARK_LIMIT)}, "
                f"{listing(each, 2)}"
            )
    return ""


def cause(source: Source, most: int = ERROR_BYTES) -> str:
    """Return why a source is away, in at most `most` bytes; whoever says it names the address."""
    return shorten(without_address(source.error, source.address), most)


def without_address(error: str, address: str) -> str:
    """Return the words of an error without the address in front, of a source or of its broker."""
    broker = address.partition(" at ")[2]
    for each in filter(None, (address, broker)):
        error = error.removeprefix(f"{each} ").removeprefix(f"{each}: ")
    return clean(error.lstrip())
