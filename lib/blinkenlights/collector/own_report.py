"""What a collector reports of itself every second."""

import os
import socket
from pathlib import Path

from blinkenlights import __version__
from blinkenlights.collector.name_counts import NameCounts
from blinkenlights.collector.tally import Tally
from blinkenlights.store.report import CollectorReport, SourceReport


class OwnReport:
    """Makes the reports of one run of a collector.

    Args:
        name: Of the collector.
        started: When it was started, seconds since the epoch.
        tally: What it has counted.
        counts: How many names the store has.
    """

    def __init__(self, name: str, started: float, tally: Tally, counts: NameCounts) -> None:
        self._name = name
        self._started = started
        self._tally = tally
        self._counts = counts

    def made(
        self,
        now: float,
        interval: int,
        sources: list[SourceReport],
        stopped: float | None,
        onward: str = "",
    ) -> CollectorReport:
        """Return the report of now.

        Args:
            now: By our clock.
            interval: Seconds between two messages of a sender that does not say.
            sources: How far each is.
            stopped: When we stopped; None while we run.
            onward: What is the matter with where things go on to; empty when nothing is.
        """
        return CollectorReport(
            name=self._name,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=__version__,
            started=self._started,
            beat=now,
            stopped=stopped,
            interval=interval,
            sources=sources,
            stored=self._tally.stored,
            stored_per_second=self._tally.stored_per_second(),
            rejects_per_minute=self._tally.rejects_per_minute(),
            memory=_resident_bytes(),
            dropped=self._tally.dropped,
            names=self._counts.total,
            new_names_per_minute=self._counts.new_per_minute(),
            onward=onward,
        )


def _resident_bytes() -> int:
    """Return how much memory this process occupies; 0 where the kernel does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
