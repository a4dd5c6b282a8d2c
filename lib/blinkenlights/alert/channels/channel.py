"""What every channel is."""

from collections.abc import Mapping
from typing import Protocol

from blinkenlights.alert.message import Message


class Channel(Protocol):
    """Says messages to one receiver."""

    has_key: bool
    """Whether saying the same thing twice does no harm, because it carries a key."""

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it; returns the reference for the next message of this incident.

        Raises CannotSayError.
        """

    async def close(self) -> None:
        """Give up connections."""
