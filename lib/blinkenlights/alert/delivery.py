"""Brings one queue to its receiver, and notes how it went."""

import asyncio
import logging
import random
import traceback
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from msgspec import structs

from blinkenlights.alert import incidents, retrying
from blinkenlights.alert.channels.channel import CannotSayError, Channel
from blinkenlights.alert.lease import Lease, Manner
from blinkenlights.alert.message import Incident, Message
from blinkenlights.alert.open_channels import OpenChannels
from blinkenlights.alert.outbox import Outbox
from blinkenlights.alert.taken import Letter, Taken, Told
from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.kinds.alert import keys
from blinkenlights.outage import Backoff, Outage

log = logging.getLogger("blinkenlights.alert")

NAMED = 20
"""Alerts that a row of the history, or a dead letter, has of a message."""


class _TooLateError(Exception):
    """Somebody else may have it by now."""


class Delivery:
    """Tells what was taken."""

    def __init__(
        self,
        outbox: Outbox,
        channels: OpenChannels,
        manner: Manner,
        clock: Clock,
        linked: Callable[[Message], Message],
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._manner = manner
        self._clock = clock
        self._linked = linked
        self._outage = Outage("the store", "what was told is noted when it is back")

    async def deliver(self, taken: Taken, lease: Lease) -> None:
        """Tell what was taken, unless the lease is over."""
        message, after = incidents.tell(
            taken.queue,
            taken.incident,
            taken.notices,
            self._clock(),
            may_be_repeated=taken.may_be_repeated,
        )
        try:
            await self._tell(taken, message, after, lease)
        except StoreError as error:
            # Whoever has it next, once the lease is over, is told that it may be repeated.
            self._outage.failed(taken.address, error)

    async def _tell(
        self, taken: Taken, message: Message, after: Incident | None, lease: Lease
    ) -> None:
        began = asyncio.get_running_loop().time()
        try:
            channel = await self._channel(taken.address, lease)
            if channel.has_key:
                message = replace(message, may_be_repeated=False)
            reference = await self._say(channel, self._linked(message), lease)
        except _TooLateError:
            log.warning("not told in time, so it is left to others: %s", message.title)
            if not taken.was_taken:
                await self._outbox.give_back(taken, self._clock())
        except StoreError:
            raise
        except CannotSayError as error:
            await self._failed(taken, message, error)
        except TimeoutError:
            why = f"no answer within {self._manner.say:g} seconds"
            await self._failed(taken, message, CannotSayError(why, is_unsure=True))
        except Exception as error:  # noqa: BLE001 - one channel must not stop all others
            # Without its text, in which secrets may be.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("a channel broke by %s at\n%s", type(error).__name__, where)  # noqa: TRY400
            why = f"the channel broke by {type(error).__name__}"
            await self._failed(taken, message, CannotSayError(why, is_unsure=True))
        else:
            seconds = round(asyncio.get_running_loop().time() - began, 3)
            if after is not None:
                after = structs.replace(after, reference=dict(reference))
            row = self._row(taken, message, "told", seconds=seconds)
            # The canary comes each minute, and would push all else out of the history.
            history = [row] if message.receiver != keys.CANARY_RULE else []
            rest = self._manner.pace
            await self._note(
                taken, message, lambda: self._outbox.done(taken, row.at, after, history, rest)
            )

    async def _say(self, channel: Channel, message: Message, lease: Lease) -> Mapping[str, str]:
        async with asyncio.timeout(self._manner.say) as limit:
            lease.speaking = limit
            try:
                # The last thing before it is said: whoever was stopped says nothing any more.
                if not lease.is_long_enough:
                    raise _TooLateError
                return await channel.say(message)
            finally:
                lease.speaking = None

    async def _channel(self, address: str, lease: Lease) -> Channel:
        pauses = Backoff()
        while True:
            try:
                return await self._channels.of(address)
            except StoreError as error:
                if not lease.is_long_enough:
                    raise
                self._outage.failed(address, error)
            await asyncio.sleep(pauses.pause())

    async def _failed(self, taken: Taken, message: Message, error: CannotSayError) -> None:
        await self._channels.close(taken.address)
        now = self._clock()
        again = retrying.after(error, taken, now, self._manner.give_up, random.random())  # noqa: S311 - not a secret
        history, letter = list[Told](), None
        if again.given_up:
            log.error("%s is never told: %s: %s", message.receiver, error, message.title)
            history.append(self._row(taken, message, "dead", error=str(error)))
            letter = Letter(
                at=now,
                receiver=message.receiver,
                title=message.title,
                error=str(error),
                number=len(again.given_up),
                notices=list(again.given_up[:NAMED]),
            )
        elif again.tries.times == 1:
            # Of a receiver that is away for long, all else would be lost in its history.
            log.warning("%s is not told yet: %s: %s", message.receiver, error, message.title)
            history.append(self._row(taken, message, "failed", error=str(error)))
        known = incidents.without_ended(taken.incident, again.given_up)
        if letter and not again.kept:
            buried = letter
            await self._note(
                taken, message, lambda: self._outbox.bury(taken, now, buried, known, history)
            )
            return
        await self._note(
            taken,
            message,
            lambda: self._outbox.failed(
                taken,
                again.tries,
                again.at,
                known,
                rest=max(again.rest, self._manner.pace),
                history=history,
                letter=letter,
                kept=again.kept if letter else None,
            ),
        )

    async def _note(
        self, taken: Taken, message: Message, note: Callable[[], Coroutine[Any, Any, bool]]
    ) -> None:
        """Note how it went, as soon as the store is there."""
        pauses = Backoff()
        while True:
            try:
                is_ours = await note()
            except StoreError as error:
                self._outage.failed(taken.address, error)
                await asyncio.sleep(pauses.pause())
            else:
                break
        self._outage.worked(taken.address)
        if not is_ours:
            log.warning("another has it by now, and may tell it again: %s", message.title)

    def _row(
        self, taken: Taken, message: Message, how: str, *, error: str = "", seconds: float = 0.0
    ) -> Told:
        alerts = sorted({keys.name_of(one.rule, one.thing) for one in message.changes})
        return Told(
            at=self._clock(),
            receiver=message.receiver,
            channel=self._channels.kind_of(taken.address),
            incident=message.incident,
            title=message.title,
            how=how,
            error=error,
            seconds=seconds,
            number=len(alerts),
            alerts=alerts[:NAMED],
        )
