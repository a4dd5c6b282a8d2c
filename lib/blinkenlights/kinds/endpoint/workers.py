"""What workers have to do with an endpoint, in words: how often they come, and who found what."""

from collections.abc import Iterator

from blinkenlights.kinds.endpoint.keys import Details
from blinkenlights.kinds.endpoint.survey import Endpoint, Found
from blinkenlights.plugin.words import clean, shorten, span

FOUND = {"ok": "good", "degraded": "degraded", "failed": "failed", "unanswered": "no answer"}
REASON_BYTES = 500
_SAME = 1.01
"""Periods that differ by less than a hundredth are the same."""


def instead(one: Endpoint) -> str:
    """Return how much less often than planned it is probed: `every 3m instead of 1m`; or nothing.

    That is so while its workers cannot carry all that is due; check_probe says why.
    """
    planned, every = one.details.planned, one.details.next - one.facts.due
    if not 0 < planned * _SAME < every:
        return ""
    return f"every {span(round(every, 1))} instead of {span(round(planned, 1))}"


def beside(one: Endpoint) -> str:
    """Return the same as it stands behind other words; or nothing."""
    text = instead(one)
    return f", probed {text}" if text else ""


def each_asked(details: Details) -> Iterator[tuple[str, str]]:
    """Yield each worker that was asked about an endpoint, and what it found, with the reason."""
    for each in details.asked:
        found = FOUND.get(each.result, clean(each.result))
        why = f": {shorten(clean(each.reason), REASON_BYTES)}" if each.reason else ""
        yield clean(each.worker), found + why


def lines_of_slowed(found: Found) -> Iterator[str]:
    """Yield a line for each endpoint that is good and is probed less often than planned."""
    for one in found.of("good"):
        if text := instead(one):
            yield f"{clean(one.name)} probed {text}; see check_probe"


def lines_of_asked(found: Found) -> Iterator[str]:
    """Yield a line for each worker that was asked about an endpoint, with what it found."""
    for one in found.endpoints:
        where = f" at {clean(one.details.location)}" if one.details.location else ""
        for worker, said in each_asked(one.details):
            yield f"{clean(one.name)} by worker {worker}{where}: {said}"
