"""The channels of all receivers that somebody was lately told by."""

import asyncio
import logging
from collections.abc import Callable

from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.channels.channel import Channel
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.rules.receiver import Receiver

log = logging.getLogger("blinkenlights.alert")

CLOSE_SECONDS = 5.0
"""How long closing a channel may take."""
Opener = Callable[[Receiver], Channel]
"""Makes a channel of a receiver; raises CannotSayError where it cannot."""


class OpenChannels:
    """One channel for each receiver, opened when it is needed.

    Args:
        outbox: Knows how to reach receivers, also those that are in no file any more.
        open_channel: Makes one.
    """

    def __init__(self, outbox: AlertOutbox, open_channel: Opener) -> None:
        self._outbox = outbox
        self._open = open_channel
        self._channels: dict[str, Channel] = {}
        self._kinds: dict[str, str] = {}

    async def open(self, address: str) -> None:
        """Open the channel of a receiver; raises CannotSayError and StoreErrors."""
        if address not in self._channels:
            receiver = await self._outbox.receiver(address)
            if receiver is None:
                raise CannotSayError("nobody knows how to reach it any more", is_final=True)
            self._kinds[address] = receiver.channel
            self._channels[address] = self._open(receiver)

    def opened(self, address: str) -> Channel:
        """Return the channel of a receiver, which is open."""
        return self._channels[address]

    def kind_of(self, address: str) -> str:
        """Return what channel a receiver has; empty for one that was never opened."""
        return self._kinds.get(address, "")

    async def close(self, address: str) -> None:
        """Close that of a receiver, which did not work: it is opened anew, with secrets of then."""
        channel = self._channels.pop(address, None)
        if channel is None:
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await channel.close()
        except Exception as error:  # noqa: BLE001 - it is of no more use, whatever it says
            log.warning("a channel of %s does not close: %s", address, type(error).__name__)

    async def close_all(self) -> None:
        """Close all."""
        await asyncio.gather(*map(self.close, list(self._channels)))
