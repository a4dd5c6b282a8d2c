"""What a collector does with captured messages, and what it says of itself meanwhile."""

import os

from blinkenlights import __version__
from blinkenlights.collector.batch import Reading
from blinkenlights.collector.decoding import decoding
from blinkenlights.collector.line_kinds import line_decoder
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.config import Config
from blinkenlights.kinds.kept_numbers import keeper_of_numbers
from blinkenlights.kinds.signal import Decode, Decoded, Origin, Properties
from blinkenlights.store.report import CollectorReport, SourceReport, source_id
from blinkenlights.transferlog.captured import SIGNAL, Captured

ADDRESS = "the replay"


def add_numbers(reading: Reading) -> None:
    """Add the numbers that facts hold beside what they are about."""
    keeper = keeper_of_numbers()
    if keeper is None or keeper.signal.of_number is None:
        return
    for each in reading.numbers:
        for number in each.numbers:
            fact = keeper.signal.of_number(number)
            if fact is not None:
                reading.add(fact, each.origin)


def decoder() -> Decode:
    """Return what decodes a message of either sort."""
    of_signals = decoding(Config()).decoders
    of_line = line_decoder(of_signals)

    def decode(
        body: bytes, key: str, properties: Properties | None, receipt: float | None, exchange: str
    ) -> Decoded:
        is_line = properties is None
        return (of_line if is_line else of_signals[SIGNAL])(
            body, key, properties, receipt, exchange
        )

    return decode


def origin_of(captured: Captured) -> Origin:
    """Return how a message came."""
    return FROM_SOCKET._replace(routing_key=captured.key)


def report_at(now: float) -> CollectorReport:
    """Return what the collector says of itself at a moment: it keeps up."""
    return CollectorReport(
        name="replay",
        host="replay",
        pid=os.getpid(),
        version=__version__,
        started=now,
        beat=now,
        stopped=None,
        interval=60,
        sources=[
            SourceReport(
                source=source_id(ADDRESS),
                kind="",
                transport="lines",
                address=ADDRESS,
                connected=True,
                watermark=now,
                ready=None,
            )
        ],
        stored=0,
        stored_per_second=0.0,
        rejects_per_minute=0.0,
        memory=0,
        dropped=0,
    )
