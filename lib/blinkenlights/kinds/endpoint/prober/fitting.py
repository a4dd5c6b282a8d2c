"""A report that is short enough to be taken: a fleet may have more workers than that has room for.

What is too long is refused as a whole, and its prober would be held to be down.
"""

import msgspec
from msgspec.structs import replace

from blinkenlights.kinds.endpoint.prober.message import (
    MOST_LOCATIONS,
    MOST_WORKERS,
    LocationMessage,
    ProberMessage,
    WorkerMessage,
)
from blinkenlights.kinds.fields import BODY_BYTES

_encode = msgspec.json.Encoder().encode


def fitting(report: ProberMessage) -> ProberMessage:
    """Return a report with as many workers of each location as there is room for.

    Those that are not well come first. How many are left out is said; the figures of their
    locations count them.
    """
    most, problems = MOST_WORKERS, len(report.problems)
    whole = replace(report, locations=report.locations[:MOST_LOCATIONS])
    fitted = _with_most(whole, most, problems)
    while len(_encode(fitted)) > BODY_BYTES and (most or problems):
        most, problems = (most // 2, problems) if most else (0, problems // 2)
        fitted = _with_most(whole, most, problems)
    return fitted


def _with_most(report: ProberMessage, workers: int, problems: int) -> ProberMessage:
    return replace(
        report,
        problems=report.problems[:problems],
        locations=[_location(each, workers) for each in report.locations],
    )


def _location(one: LocationMessage, most: int) -> LocationMessage:
    shown = sorted(one.workers, key=_rank)[:most]
    left_out = one.left_out + len(one.workers) - len(shown)
    return replace(one, workers=shown, left_out=left_out)


def _rank(one: WorkerMessage) -> tuple[bool, bool, float, str]:
    """Return what sorts those first that somebody may have to look at."""
    return one.blind_since is None, one.behind_since is None, one.heard, one.name
