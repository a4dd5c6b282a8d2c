"""Tells what is in the outbox of alerts: a message of each queue, by the receiver's channel."""

import logging
from collections.abc import Callable
from dataclasses import replace

from msgspec import structs

from blinkenlights.alert import incidents
from blinkenlights.alert.alert_outbox import AlertOutbox, name_of
from blinkenlights.alert.message import Incident, Message
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.open_channels import OpenChannels, Opener
from blinkenlights.alert.told import Letter, Told
from blinkenlights.clock import Clock
from blinkenlights.kinds.alert import keys
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.lease import Lease, Manner
from blinkenlights.outbox.mail import Mail, Outcome
from blinkenlights.outbox.retrying import Again
from blinkenlights.outbox.sending import Senders, seconds_since_boot
from blinkenlights.outbox.taken import Taken

log = logging.getLogger("blinkenlights.alert")

NAMED = 20
"""Alerts that a row of the history, or a dead letter, has of a message."""
AlertSenders = Senders[Notice, Incident]
Linked = Callable[[Message], Message]


class Telling:
    """Makes messages of what is in the outbox.

    Args:
        channels: Those of receivers.
        clock: The time.
        linked: Puts links to act by into messages.
    """

    def __init__(self, channels: OpenChannels, clock: Clock, linked: Linked) -> None:
        self._channels = channels
        self._clock = clock
        self._linked = linked

    def mail(self, taken: Taken[Notice, Incident]) -> "_MessageMail":
        """Return the message that a queue means."""
        message, after = incidents.tell(
            taken.queue,
            taken.known,
            taken.entries,
            self._clock(),
            may_be_repeated=taken.may_be_repeated,
        )
        return _MessageMail(taken, message, after, self._channels, self._linked)

    async def close(self) -> None:
        """Close all channels."""
        await self._channels.close_all()


class _MessageMail(Mail[Notice, Incident]):
    """One message."""

    def __init__(
        self,
        taken: Taken[Notice, Incident],
        message: Message,
        after: Incident | None,
        channels: OpenChannels,
        linked: Linked,
    ) -> None:
        super().__init__(taken, name_of(taken.address), message.title)
        self._message = message
        self._after = after
        self._channels = channels
        self._linked = linked
        self._ends = {each.id for each in incidents.to_be_kept(taken.known, taken.entries)}

    async def get_ready(self) -> None:
        """Open the channel."""
        await self._channels.open(self.taken.address)

    async def say(self, lease: Lease) -> None:  # noqa: ARG002 - one message is said at once
        """Say the message."""
        channel = self._channels.opened(self.taken.address)
        if channel.has_key:
            self._message = replace(self._message, may_be_repeated=False)
        reference = await channel.say(self._linked(self._message))
        if self._after is not None:
            self._after = structs.replace(self._after, reference=dict(reference))

    async def broke(self) -> None:
        """Close the channel."""
        await self._channels.close(self.taken.address)

    def lasts(self, entry: Notice) -> bool:
        """Return whether it is the end of what was told: who was woken is told that it is over."""
        return entry.id in self._ends

    def told(self, now: float, seconds: float) -> Outcome[Incident]:
        """Return what the receiver knows now, with a row for the history."""
        # The canary comes each minute, and would push all else out of the history.
        is_shown = self._message.receiver != keys.CANARY_RULE
        if is_shown:
            log.info("%s was told: %s", self.receiver, self.title)
        history = [self._row(now, "told", seconds=seconds)] if is_shown else []
        return Outcome(self._after, history, sent=len(history))

    def failed(self, now: float, error: CannotSayError, again: Again[Notice]) -> Outcome[Incident]:
        """Return what the receiver knows still, with a letter of what is given up."""
        message, history, letter = self._message, list[Told](), None
        if again.given_up:
            history.append(self._row(now, "dead", error=str(error)))
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
            history.append(self._row(now, "failed", error=str(error)))
        known = incidents.without_ended(self.taken.known, again.given_up)
        return Outcome(known, history, letter)

    def _row(self, now: float, how: str, *, error: str = "", seconds: float = 0.0) -> Told:
        message = self._message
        alerts = sorted({keys.name_of(one.rule, one.thing) for one in message.changes})
        return Told(
            at=now,
            receiver=message.receiver,
            channel=self._channels.kind_of(self.taken.address),
            incident=message.incident,
            title=message.title,
            how=how,
            error=error,
            seconds=seconds,
            number=len(alerts),
            alerts=alerts[:NAMED],
        )


def senders_of(
    outbox: AlertOutbox,
    open_channel: Opener,
    manner: Manner,
    clock: Clock,
    ticks: Callable[[], float] = seconds_since_boot,
    *,
    linked: Linked = lambda message: message,
) -> AlertSenders:
    """Return who tells what is in the outbox of alerts.

    Args:
        outbox: Where it is.
        open_channel: Makes a channel for a receiver; raises CannotSayError.
        manner: How long what may take.
        clock: The time.
        ticks: Seconds of a clock that nobody sets and that never stands still.
        linked: Puts links to act by into messages.
    """
    telling = Telling(OpenChannels(outbox, open_channel), clock, linked)
    idle = "nobody is told of anything until it is back"
    return Senders(outbox, telling, manner, clock, ticks, without_store=idle)
