"""A form of a signal's messages beside its own, which a source names."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from blinkenlights.store.client import StoreClient

if TYPE_CHECKING:
    from blinkenlights.kinds.signal import Decode, Settings


JSON = "json"
"""The form that kinds have which do not say otherwise."""
MANY_LINES_BYTES = 1_048_576
"""The most that a body of many lines may hold: Telegraf sends a thousand lines at once."""


class Gatherer(ABC):
    """Makes few facts of many lines of a socket, now and then."""

    seconds: float
    """How often facts are made of what was gathered."""
    is_full: bool = False
    """Whether it is time to make them, however long it was."""

    @abstractmethod
    def take(self, line: bytes) -> bool:
        """Gather a line; returns whether it could. Another is decoded, which says why."""

    @abstractmethod
    async def prepare(self, store: StoreClient) -> None:
        """Read from the store what is needed for what is gathered; raises a StoreError."""

    @abstractmethod
    def flush(self, now: float) -> Sequence[tuple[bytes, Any]]:
        """Return facts, each with a line that says the same, and begin anew.

        What is not prepared yet stays.
        """


@dataclass(frozen=True, kw_only=True)
class PostPath:
    """Where clients of others post messages of a form, one a line, and expect no content."""

    path: str
    query: type[Struct]
    """What they may say in the query."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """One form."""

    name: str
    """As `format` in the configuration has it."""
    decoder: "Callable[[Settings], Decode]"
    """As that of a signal."""
    gatherer: "Callable[[Settings], Callable[[], Gatherer]] | None" = None
    """Makes what makes one for each socket; None where each line is a message."""
    holds_many: bool = False
    """Whether a message may hold thousands of facts, so that few of them are taken at a time."""
    posts: Sequence[PostPath] = ()
