"""The queue from which a scheduler hears what workers report."""

import asyncio
import logging
from collections.abc import Callable

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.connection import BrokerChannel
from blinkenlights.outage import SAID_AGAIN_SECONDS
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.scheduling.heed import Unheeded, heeded

log = logging.getLogger("blinkenlights.probe")

KEY_SHOWN = 80
MOST_REPORTS = 20_000
"""Reports that may wait for a scheduler that is frozen or behind; then the oldest go."""
_ARGUMENTS = {
    "x-max-length": MOST_REPORTS,
    "x-max-length-bytes": 256 * 1024 * 1024,
    "x-overflow": "drop-head",
}


class ReportQueue:
    """Hands on each report that is heeded.

    Args:
        exchange: To which workers report, by its name.
        take: Is given each report.
    """

    def __init__(self, exchange: str, take: Callable[[WorkReport], None]) -> None:
        self._exchange = exchange
        self._take = take
        self._refused = 0
        self._refused_said = float("-inf")

    async def open(self, channel: BrokerChannel, name: str) -> None:
        """Declare the queue of a connection, and hear what comes. Raises BrokerError."""
        raw = channel.raw
        await channel.ask(
            raw.queue_declare, name, exclusive=True, auto_delete=True, arguments=_ARGUMENTS
        )
        await channel.ask(raw.queue_bind, name, self._exchange, routes.report_key("#"))
        await channel.ask(raw.basic_consume, name, self._on_report, auto_ack=True)

    def _on_report(
        self, _channel: Channel, origin: Basic.Deliver, _: BasicProperties, body: bytes
    ) -> None:
        key = origin.routing_key or ""
        try:
            report = heeded(body, key)
        except Unheeded as why:
            self._say_refused(f"{key[:KEY_SHOWN]!a}: {why}")
            return
        try:
            self._take(report)
        except Exception:
            log.exception("a report of %s is lost by our own mistake", report.worker)

    def _say_refused(self, why: str) -> None:
        """Say once a minute what is not heeded: whoever sends it may send any number."""
        self._refused += 1
        ticks = asyncio.get_running_loop().time()
        if ticks - self._refused_said >= SAID_AGAIN_SECONDS:
            log.warning("%d reports of workers are not heeded, such as %s", self._refused, why)
            self._refused, self._refused_said = 0, ticks
