"""What is kept of how receivers were told. Times are seconds since the epoch."""

from msgspec import Struct

from blinkenlights.alert.notice import Notice


class Told(Struct, frozen=True, kw_only=True):
    """A row of the history: who was told what, and how it went."""

    at: float
    receiver: str
    channel: str
    incident: str
    title: str
    how: str
    """`told`, `failed` or `dead`."""
    error: str = ""
    seconds: float = 0.0
    """How long it took to say."""
    number: int = 0
    """How many alerts it was about."""
    alerts: list[str] = []
    """What some of these are called."""


class Letter(Struct, frozen=True, kw_only=True):
    """A message that could not be delivered."""

    at: float
    receiver: str
    title: str
    error: str
    number: int = 0
    """How many notices it held."""
    notices: list[Notice] = []
    """Some of them."""
