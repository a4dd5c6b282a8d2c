"""Does what kinds do in the collector from time to time, and stores the numbers that come of it."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import NumbersOf, Reading, RowsByFact
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.store_clock import StoreClock
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import Config
from blinkenlights.errors import ConfigError, StoreError, StoreUnreachable
from blinkenlights.kinds.duty import Duty, Turn
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.registry import KINDS, learnables, signals
from blinkenlights.kinds.signal import Arrival
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.settings import StoreSettings

log = logging.getLogger("blinkenlights.collector")

LOOKED_SECONDS = 1.0
SETTLED_SECONDS = 10.0
"""After so many it is known what was at a moment: what was sent then may have been on its way."""
TIMEOUT_SECONDS = 5.0
NO_SOURCE = "0" * 8


class _Given(NamedTuple):
    """How numbers come that nobody sent."""

    exchange: str = ""
    routing_key: str = ""
    redelivered: bool = False


class _Done(NamedTuple):
    """What one turn gave."""

    numbers: Sequence[Number]
    source: str
    """For those that have none."""


class Duties:
    """The duties of all signals, as the configuration has them.

    Args:
        store: Where the numbers go.
        names: Bounds their names.
        settings: The same store, for those who ask it.
        clock: The time.
        store_clock: The time as the store has it; it is asked without.
    """

    def __init__(
        self,
        store: RetryingStore,
        names: NameBounds,
        settings: StoreSettings,
        clock: Clock,
        store_clock: StoreClock | None = None,
    ) -> None:
        self._store = store
        self._names = names
        self._settings = settings
        self._clock = clock
        self._store_clock = store_clock or StoreClock()
        self._all: Sequence[Duty] = ()
        self._done: dict[str, float] = {}
        """Key of a duty -> up to which moment we know that it is done."""
        self._failed: set[str] = set()

    def follow(self, config: Config) -> None:
        """Have the duties of a configuration."""
        heard = {each.kind for each in config.amqp}
        of_signals = (
            signal.duties(config, bool(config.lines) or signal.name in heard)
            for signal in signals()
            if signal.duties
        )
        learned = [
            each for each in learnables() if config.lines or each.kind is None or each.kind in heard
        ]
        of_kinds = (kind.learning(config, learned) for kind in KINDS if kind.learning)
        self._all = [duty for some in (*of_signals, *of_kinds) for duty in some]

    async def run(self) -> None:
        """Do what is due, until we are cancelled."""
        while True:
            await self.do_what_is_due()
            await asyncio.sleep(LOOKED_SECONDS)

    async def do_what_is_due(self) -> None:
        """Do what is due now, as far as the store can be asked now."""
        now = self._clock()
        for duty in self._all:
            last = _settled(duty, now)
            # A clock that was set back has done what is still to come.
            if not last <= self._done.get(duty.key, 0.0) <= now:
                await self._store.hand_over([partial(self._do, duty, last)], now)

    async def _do(self, duty: Duty, last: float, store: StoreClient, now: float) -> None:
        """Do a duty for all moments up to the last that it is not done for; raises a StoreError."""
        if duty.by_store:
            now = await self._store_clock.now(store, now)
            last = _settled(duty, now)
        done = _moment(await store.ask(store.redis.get(duty.key)))
        first = last if done is None or done > now else done + duty.every
        first = max(first, last - (duty.made_up_for - 1) * duty.every)
        moment = first // duty.every * duty.every
        while moment <= last:
            turn = await self._turn(duty, moment, now)
            if turn is None:
                return
            await self._keep(duty, turn, moment, now)
            await store.ask(store.redis.set(duty.key, f"{moment:.0f}"))
            self._done[duty.key] = moment
            moment += duty.every
        self._done[duty.key] = last

    async def _turn(self, duty: Duty, moment: float, now: float) -> _Done | None:
        """Return what a turn gives; None while not all is stored that it needs."""
        try:
            return await asyncio.to_thread(self._work, duty, moment, now)
        except StoreError:
            raise
        except ConfigError as error:
            # Its password may be written anew just now.
            raise StoreUnreachable(str(error)) from error
        except Exception:
            if duty.key not in self._failed:
                self._failed.add(duty.key)
                log.exception("our own code failed on %s, of which nothing is stored", duty.name)
            return _Done((), "")

    def _work(self, duty: Duty, moment: float, now: float) -> _Done | None:
        settings = self._settings
        most = self._names.counts.settings.collector.max_numbers if duty.most is None else duty.most
        with StoreReader(settings.address(), TIMEOUT_SECONDS, settings.ca_file or "") as store:
            horizon = read_horizon(store.ask(*COMMANDS), now, duty.kind)
            if horizon.blind or horizon.stored_up_to < moment:
                return None
            turn = Turn(store, horizon, moment, most)
            return _Done(duty.work(turn), next(iter(horizon.sources), NO_SOURCE))

    async def _keep(self, duty: Duty, done: _Done, moment: float, now: float) -> None:
        by_source: dict[str, list[Number]] = {}
        for number in done.numbers:
            by_source.setdefault(number.source or done.source, []).append(number)
        for source, numbers in by_source.items():
            # Other collectors may have stored the same: one session for all, and all is suspect.
            arrival = Arrival(
                source,
                now,
                live=False,
                session=f"{duty.key} {source}",
                number=int(moment),
                may_be_elsewhere=_always,
                ask_broker=_nobody_to_ask,
            )
            given = [NumbersOf(duty.name, "", numbers, _Given())]
            reading = Reading(Batch(), [], [], 0, given, RowsByFact(arrival))
            await self._names.numbers.add(reading, duty.most)
            await self._store.store(reading.batch)


def _settled(duty: Duty, now: float) -> float:
    """Return the newest moment of a duty of which it is known what was."""
    return (now - SETTLED_SECONDS) // duty.every * duty.every


def _always() -> bool:
    return True


async def _nobody_to_ask() -> None:
    pass


def _moment(text: bytes | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
