"""Publishes speedos on a timer, alone or beside others who do the same.

The timer makes zeros: a client of whom nothing was counted gets a speedo like all others. While
there is no collector nothing is published, and the first speedo after that covers the time between.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.broker.confirmed import Confirmed, Message
from blinkenlights.broker.connection import NOT_FOUND, BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused
from blinkenlights.broker.session import Session
from blinkenlights.broker.targets import Targets
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import AmqpConfig, Config
from blinkenlights.errors import StoreError, StoreLayout
from blinkenlights.kinds.transfer.log_settings import SpeedoConfig
from blinkenlights.kinds.transfer.speedos import MOST_LEASED, SpeedoStore
from blinkenlights.outage import Outage
from blinkenlights.speedo.hearing import Hearing, read_hearing
from blinkenlights.speedo.message import Exchanges, messages

log = logging.getLogger("blinkenlights.speedo")

LONGEST_TICK = 1.0


def speedo_settings(config: Config) -> SpeedoConfig:
    """Return `[speedo]`."""
    return config.table(SpeedoConfig)


class Rhythm(NamedTuple):
    """What is published how often."""

    scopes: tuple[str, ...]
    interval: float
    """Seconds."""


class Speedos:
    """Publishes what is due.

    Args:
        config: The exchange and the intervals.
        broker: Where; its own exchange does not matter.
        source_exchange: The exchange of a source, `{source}` standing for its name.
        store: Where transfers are counted; closed at the end.
        clock: The time.
    """

    def __init__(
        self,
        config: SpeedoConfig,
        broker: AmqpConfig,
        source_exchange: str,
        store: SpeedoStore,
        clock: Clock = wall_clock,
    ) -> None:
        self.published = 0
        self._exchanges = Exchanges(config.exchange, source_exchange)
        self._rhythms = (
            Rhythm(("all",), config.all_interval),
            Rhythm(("client", "source", "pair"), config.interval),
        )
        self._store = store
        self._clock = clock
        self._session = Session(
            broker, "blinkenlights speedo", "speedos will cover the time until it is back"
        )
        self._store_outage = Outage("the store", "speedos will cover the time until it is back")
        # What a full queue refuses is let go: it would be refused again, and others have it.
        self._taking = Outage("publishing", "who reads that queue misses these speedos")
        self._hearing = Outage("collecting", "zero would not be zero, so speedos wait")
        self._ruled_out: set[str] = set()
        self._targets: Targets

    async def run(self) -> None:
        """Publish until `stop`."""
        try:
            await self._session.run(self._publish)
        finally:
            await self._store.close()

    def stop(self) -> None:
        """Let `run` come to its end: what is leased is published."""
        self._session.stop()

    async def _publish(self, connection: BrokerConnection) -> None:
        await self._declare(connection)
        self._targets = Targets(connection, create=False)
        channels = [await Confirmed.open(connection, self._session.address) for _ in self._rhythms]
        self._session.works()
        log.info("publishing to %s at %s", self._exchanges.common, self._session.address)
        try:
            async with asyncio.TaskGroup() as group:
                for rhythm, channel in zip(self._rhythms, channels, strict=True):
                    group.create_task(self._keep(rhythm, channel))
        except BaseExceptionGroup as several:
            # The first one says it; the session knows what to do about it.
            raise several.exceptions[0] from None

    async def _declare(self, connection: BrokerConnection) -> None:
        """Make the common exchange where it is not there, whatever type it has."""
        exchange = self._exchanges.common
        try:
            looking = await connection.channel()
            await looking.ask(looking.raw.exchange_declare, exchange, passive=True)
        except ChannelRefused as refused:
            if refused.code != NOT_FOUND:
                raise
            looking = await connection.channel()
            await looking.ask(looking.raw.exchange_declare, exchange, "topic", durable=True)
        looking.close()

    async def _keep(self, rhythm: Rhythm, channel: Confirmed) -> None:
        """Publish at each beat of a rhythm what is due by then."""
        tick = min(rhythm.interval, LONGEST_TICK)
        while not self._session.stopping:
            # What is leased and cannot be published is nobody's until the lease ends.
            channel.check()
            doing = "/".join(rhythm.scopes)
            try:
                hearing = read_hearing(await self._store.heard(), self._clock())
                if hearing.why_not:
                    self._hearing.failed(doing, hearing.why_not)
                    # It may be a store that was the primary when we connected, and is no more.
                    await self._store.reconnect()
                else:
                    self._hearing.worked(doing)
                    for scope in rhythm.scopes:
                        await self._publish_due(scope, rhythm.interval, hearing, channel)
            except StoreLayout:
                raise
            except StoreError as error:
                self._store_outage.failed(doing, error)
            else:
                self._store_outage.worked(doing)
            await self._session.rest(tick - self._clock() % tick)

    async def _publish_due(
        self, scope: str, interval: float, hearing: Hearing, channel: Confirmed
    ) -> None:
        leased = MOST_LEASED
        while leased == MOST_LEASED:
            due = await self._store.lease(scope, interval, self._clock(), hearing.born)
            wanted = [each for one in due for each in messages(scope, one, self._exchanges)]
            await self._send([each for each in wanted if await self._is_usable(each)], channel)
            await self._store.commit(scope, interval, self._clock(), due)
            leased = len(due)

    async def _is_usable(self, message: Message) -> bool:
        """Whether the exchange is there: a source that has none gets no speedos."""
        exchange = message.exchange
        if exchange == self._exchanges.common:
            return True
        return exchange not in self._ruled_out and not await self._targets.why_not(exchange)

    async def _send(self, wanted: Sequence[Message], channel: Confirmed) -> None:
        if not wanted:
            return
        try:
            refused = await channel.publish(wanted)
        except ChannelRefused as error:
            for exchange in {each.exchange for each in wanted} - {self._exchanges.common}:
                if f"exchange '{exchange}'" in str(error):
                    log.warning(
                        "%s gets no speedos until this is started again: %s", exchange, error
                    )
                    self._ruled_out.add(exchange)
            raise
        self.published += len(wanted)
        if refused:
            self._taking.failed(channel, f"a full queue refused {refused} of {len(wanted)} speedos")
        else:
            self._taking.worked(channel)
