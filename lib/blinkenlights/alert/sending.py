"""Brings what is in the outbox to its receivers, each at its own pace, beside others who do so."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from msgspec import structs

from blinkenlights.alert import incidents, retrying
from blinkenlights.alert.channels.channel import CannotSayError, Channel
from blinkenlights.alert.message import Message
from blinkenlights.alert.outbox import Letter, Outbox, Taken, Told
from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.outage import Outage
from blinkenlights.rules.receiver import Receiver

log = logging.getLogger("blinkenlights.alert")

LEASE_SECONDS = 60.0
SAY_SECONDS = 30.0
"""How long one message may take. It is said only while so much of the lease is left."""
AT_ONCE = 64
"""Receivers that are talked to at one time."""
TICK_SECONDS = 0.5
LAST_SECONDS = 10.0
"""How long what is being said may take at the end."""


def seconds_since_boot() -> float:
    """Return how long the machine is up: it goes on while we are stopped or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Opener(Protocol):
    """Makes channels."""

    def __call__(self, receiver: Receiver) -> Channel:
        """Return the channel of a receiver; raises CannotSayError when there is none."""


class Senders:
    """Tells what is due until stopped.

    Args:
        outbox: Where it is.
        open_channel: Makes a channel for a receiver.
        give_up: Seconds after which a message that nobody takes is a dead letter.
        clock: The time.
        ticks: Seconds of a clock that nobody sets and that never stands still.
    """

    def __init__(
        self,
        outbox: Outbox,
        open_channel: Opener,
        *,
        give_up: float,
        clock: Clock,
        ticks: Callable[[], float] = seconds_since_boot,
        lease: float = LEASE_SECONDS,
        say: float = SAY_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._open = open_channel
        self._give_up = give_up
        self._clock = clock
        self._ticks = ticks
        self._lease = lease
        self._say = say
        self._receivers: Mapping[str, Receiver] = {}
        self._channels: dict[str, Channel] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._poked = asyncio.Event()
        self._outage = Outage("the store", "nobody is told of anything until it is back")

    def poke(self) -> None:
        """Look at once: something was queued."""
        self._poked.set()

    def stop(self) -> None:
        """Let `run` come to its end; what is being said is said."""
        self._stopping.set()
        self._poked.set()

    async def run(self) -> None:
        """Tell until `stop`."""
        try:
            while not self._stopping.is_set():
                try:
                    await self._look()
                    self._outage.worked("take")
                except StoreError as error:
                    self._outage.failed("take", error)
                await self._rest()
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=LAST_SECONDS)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
            for channel in self._channels.values():
                await channel.close()

    async def _look(self) -> None:
        room = AT_ONCE - len(self._busy)
        if room <= 0:
            return
        began = self._ticks()
        taken = await self._outbox.take(self._clock(), self._lease, room, list(self._busy))
        if any(each.address not in self._receivers for each in taken):
            self._receivers = await self._outbox.receivers()
        for each in taken:
            task = asyncio.create_task(self._tell(each, began))
            self._busy[each.address] = task
            task.add_done_callback(lambda _, address=each.address: self._is_free(address))  # type: ignore[misc]

    def _is_free(self, address: str) -> None:
        self._busy.pop(address, None)
        self._poked.set()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(TICK_SECONDS):
                await self._poked.wait()
        except TimeoutError:
            return
        finally:
            self._poked.clear()

    async def _tell(self, taken: Taken, began: float) -> None:
        """Tell what was taken, and note how it went."""
        try:
            await self._tell_and_note(taken, began)
        except StoreError as error:
            # Whoever has it next is told that it may have been said.
            self._outage.failed("note", error)
        except Exception:  # one message must not stop all others
            log.exception("what is queued for %s cannot be told", taken.address)
        else:
            self._outage.worked("note")

    async def _tell_and_note(self, taken: Taken, began: float) -> None:
        message, after = incidents.tell(
            taken.queue,
            taken.incident,
            taken.notices,
            self._clock(),
            may_be_repeated=taken.may_be_repeated,
        )
        if message is None:
            await self._outbox.done(taken, self._clock(), after, [])
            return
        started = self._ticks()
        try:
            channel = self._channel(taken.address)
            message = _marked(message, channel)
            if self._ticks() - began > self._lease - self._say:
                # We were stopped in between: it may be somebody else's by now.
                log.warning("not told, because we were stopped: %s", message.title)
                return
            async with asyncio.timeout(self._say):
                reference = await channel.say(message)
        except CannotSayError as error:
            await self._failed(taken, message, error)
        except TimeoutError:
            await self._failed(
                taken, message, CannotSayError(f"no answer within {self._say:g} seconds")
            )
        except Exception as error:  # one message must not stop all others
            log.exception("a channel broke: %s", message.title)
            await self._failed(taken, message, CannotSayError(f"{type(error).__name__}: {error}"))
        else:
            seconds = round(self._ticks() - started, 3)
            told = [self._row(taken, message, "told", seconds=seconds)]
            if after is not None:
                after = structs.replace(after, reference=dict(reference))
            if not await self._outbox.done(taken, self._clock(), after, told):
                log.warning("told by us and perhaps by another as well: %s", message.title)

    async def _failed(self, taken: Taken, message: Message, error: CannotSayError) -> None:
        now = self._clock()
        again = retrying.after(error, taken.tries, now, self._give_up)
        if again.is_over:
            log.error("%s is never told: %s: %s", message.receiver, error, message.title)
            letter = Letter(
                at=now,
                receiver=message.receiver,
                title=message.title,
                error=str(error),
                notices=list(taken.notices),
            )
            await self._outbox.bury(taken, now, letter)
            return
        if again.tries.times == 1:
            log.warning("%s is not told yet: %s: %s", message.receiver, error, message.title)
        row = self._row(taken, message, "failed", error=str(error))
        await self._outbox.failed(taken, again.tries, again.at, again.rest, [row])

    def _channel(self, address: str) -> Channel:
        if address not in self._channels:
            receiver = self._receivers.get(address)
            if receiver is None:
                raise CannotSayError("nobody knows how to reach it any more", is_final=True)
            self._channels[address] = self._open(receiver)
        return self._channels[address]

    def _row(
        self, taken: Taken, message: Message, how: str, *, error: str = "", seconds: float = 0.0
    ) -> Told:
        receiver = self._receivers.get(taken.address)
        return Told(
            at=self._clock(),
            receiver=message.receiver,
            channel=receiver.channel if receiver else "",
            incident=message.incident,
            title=message.title,
            how=how,
            error=error,
            seconds=seconds,
            alerts=sorted({f"{one.rule}: {one.thing}" for one in message.changes}),
        )


def _marked(message: Message, channel: Channel) -> Message:
    """Return a message that says that it may be repeated only where that may do harm."""
    return replace(message, may_be_repeated=message.may_be_repeated and not channel.has_key)
