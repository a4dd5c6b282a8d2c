"""Brings one queue to where it belongs, and notes how it went."""

import asyncio
import logging
import random
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, Generic

from msgspec import structs

from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.outage import Backoff, Outage
from blinkenlights.outbox import retrying
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.lease import Lease, Manner
from blinkenlights.outbox.mail import Mail, Post
from blinkenlights.outbox.outbox import Outbox
from blinkenlights.outbox.taken import Entry, Known, Taken

log = logging.getLogger("blinkenlights.outbox")


class _TooLateError(Exception):
    """Somebody else may have it by now."""


class Delivery(Generic[Entry, Known]):
    """Tells what was taken."""

    def __init__(
        self,
        outbox: Outbox[Entry, Known],
        post: Post[Entry, Known],
        manner: Manner,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._post = post
        self._manner = manner
        self._clock = clock
        self._outage = Outage("the store", "what was told is noted when it is back")

    async def deliver(self, taken: Taken[Entry, Known], lease: Lease) -> None:
        """Tell what was taken, unless the lease is over."""
        mail = self._post.mail(taken)
        try:
            await self._tell(mail, lease)
        except StoreError as error:
            # Whoever has it next, once the lease is over, is told that it may be repeated.
            self._outage.failed(taken.address, error)

    async def _tell(self, mail: Mail[Entry, Known], lease: Lease) -> None:
        began = asyncio.get_running_loop().time()
        taken = mail.taken
        try:
            await self._get_ready(mail, lease)
            await self._say(mail, lease)
        except _TooLateError:
            log.warning("not told in time, so it is left to others: %s", mail.title)
            if not taken.was_taken:
                await self._outbox.give_back(taken, self._clock())
        except StoreError:
            raise
        except CannotSayError as error:
            await self._failed(mail, error)
        except TimeoutError:
            why = f"no answer within {self._manner.say:g} seconds"
            await self._failed(mail, CannotSayError(why, is_unsure=True))
        except Exception as error:  # noqa: BLE001 - one channel must not stop all others
            # Without its text, in which secrets may be.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("a channel broke by %s at\n%s", type(error).__name__, where)  # noqa: TRY400
            why = f"the channel broke by {type(error).__name__}"
            await self._failed(mail, CannotSayError(why, is_unsure=True))
        else:
            seconds = round(asyncio.get_running_loop().time() - began, 3)
            now, rest = self._clock(), self._manner.pace
            told = mail.told(now, seconds)
            await self._note(
                mail,
                lambda: self._outbox.done(
                    taken, now, told.known, told.history, rest, number=told.sent
                ),
            )

    async def _say(self, mail: Mail[Entry, Known], lease: Lease) -> None:
        async with asyncio.timeout(self._manner.say) as limit:
            lease.speaking = limit
            try:
                # The last thing before it is said: whoever was stopped says nothing any more.
                if not lease.is_long_enough:
                    raise _TooLateError
                await mail.say(lease)
            finally:
                lease.speaking = None

    async def _get_ready(self, mail: Mail[Entry, Known], lease: Lease) -> None:
        pauses = Backoff()
        while True:
            try:
                await mail.get_ready()
            except StoreError as error:
                if not lease.is_long_enough:
                    raise
                self._outage.failed(mail.taken.address, error)
            else:
                return
            await asyncio.sleep(pauses.pause())

    async def _failed(self, mail: Mail[Entry, Known], error: CannotSayError) -> None:
        await mail.broke()
        now, taken = self._clock(), mail.taken
        has_told_some = len(mail.left) + len(mail.untried) < len(taken.entries)
        again = retrying.after(
            error,
            mail.left,
            None if has_told_some else taken.tries,
            now,
            give_up=self._manner.give_up,
            chance=random.random(),  # noqa: S311 - not a secret
            lasts=mail.lasts,
            may_be_repeated=taken.may_be_repeated and not has_told_some,
        )
        is_first = again.tries.times == 1
        if again.given_up and (is_first or not mail.is_one_of_many):
            log.error("%s is never told: %s: %s", mail.receiver, error, mail.title)
        elif is_first:
            # Of a receiver that is away for long, all else would be lost in its history.
            log.warning("%s is not told yet: %s: %s", mail.receiver, error, mail.title)
        told = mail.failed(now, error, again)
        kept = [*again.kept, *mail.untried]
        if told.letter and not kept:
            buried = told.letter
            # What is queued next was never told.
            tries = structs.replace(again.tries, may_be_repeated=False)
            await self._note(
                mail,
                lambda: self._outbox.bury(
                    taken,
                    now,
                    buried,
                    told.known,
                    told.history,
                    sent=told.sent,
                    dead=told.dead,
                    tries=tries if told.tries_last else None,
                ),
            )
            return
        await self._note(
            mail,
            lambda: self._outbox.failed(
                taken,
                again.tries,
                # Whoever refuses one for good may take what is behind it.
                again.at if again.kept else now + again.rest,
                told.known,
                rest=max(again.rest, self._manner.pace),
                history=told.history,
                letter=told.letter,
                kept=kept if len(kept) < len(taken.entries) else None,
                sent=told.sent,
                dead=told.dead,
            ),
        )

    async def _note(
        self, mail: Mail[Entry, Known], note: Callable[[], Coroutine[Any, Any, bool]]
    ) -> None:
        """Note how it went, as soon as the store is there."""
        pauses = Backoff()
        while True:
            try:
                is_ours = await note()
            except StoreError as error:
                self._outage.failed(mail.taken.address, error)
                await asyncio.sleep(pauses.pause())
            else:
                break
        self._outage.worked(mail.taken.address)
        if not is_ours:
            log.warning("another has it by now, and may tell it again: %s", mail.title)
