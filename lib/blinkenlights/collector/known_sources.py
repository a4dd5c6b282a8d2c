"""What all collectors report of sources: how far they are stored, and by which something came."""

from collections.abc import Iterable

from blinkenlights.store.report import CollectorReport

CLOCKS_APART = 2.0
"""Seconds by which the clocks of two collectors' machines may differ and still be right."""


def furthest(reports: Iterable[CollectorReport], now: float) -> dict[str, float]:
    """Return how far each source was stored by whoever got furthest, by its id.

    A report from ahead of `now` proves nothing: its clock was wrong.
    """
    watermarks: dict[str, float] = {}
    for report in reports:
        if report.beat > now + CLOCKS_APART:
            continue
        for source in report.sources:
            if source.watermark <= now + CLOCKS_APART:
                known = watermarks.get(source.source, 0.0)
                watermarks[source.source] = max(known, min(source.watermark, now))
    return watermarks


def used(reports: Iterable[CollectorReport]) -> set[str]:
    """Return the ids of the sources by which something came, as far as any collector knows."""
    return {
        source.source for report in reports for source in report.sources if not source.is_unused
    }
