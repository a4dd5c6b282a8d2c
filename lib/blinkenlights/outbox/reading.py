"""Reads the queues that the script of an outbox gives."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from blinkenlights.outbox.taken import Entry, Known, Taken, Tries
from blinkenlights.store.client import UNREADABLE, StoreClient

T = TypeVar("T")
_tries = msgspec.json.Decoder(Tries).decode
log = logging.getLogger("blinkenlights.outbox")


class Reader(Generic[Entry, Known]):
    """Writes to the log what cannot be read, and goes on without it.

    Args:
        store: Where the outbox is.
        prefix: Of its keys.
        entry: What its queues hold.
        known: What is kept of what a receiver knows.
    """

    def __init__(
        self, store: StoreClient, prefix: str, entry: type[Entry], known: type[Known]
    ) -> None:
        self._store = store
        self._prefix = prefix
        self._entry = msgspec.json.Decoder(entry)
        self._known = msgspec.json.Decoder(known)

    def taken(self, token: str, row: Sequence[Any]) -> Taken[Entry, Known] | None:
        """Return a queue, with what of it can be read; None for one whose name is not ours."""
        name, was_taken, known, tries, texts = row
        try:
            queue = name.decode()
        except UnicodeDecodeError as error:
            log.error("%s", self._store.not_ours(f"{self._prefix}queue:{name!r}", error))  # noqa: TRY400
            return None
        entries = [self._read(queue, self._entry.decode, text) for text in texts]
        return Taken(
            queue,
            token,
            [one for one in entries if one is not None],
            self._read(queue, self._known.decode, known) if known else None,
            self._read(queue, _tries, tries) if tries else None,
            bool(was_taken),
        )

    def _read(self, queue: str, decode: Callable[[bytes], T], text: bytes) -> T | None:
        try:
            return decode(text)
        except UNREADABLE as error:
            log.error("%s", self._store.not_ours(f"{self._prefix}queue:{queue!r}", error))  # noqa: TRY400
            return None
