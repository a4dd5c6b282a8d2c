"""Answers by HTTP that a kind gives below a path of its own, beside the lists of its subjects."""

from collections.abc import Callable
from typing import NamedTuple

from blinkenlights.store.reader import StoreReader


class OwnRoute(NamedTuple):
    """One path that can be read by who may read."""

    path: str
    """With at most one part in braces, such as `/machines/{machine}`."""
    name: str
    """In the OpenAPI document."""
    summary: str
    says: str
    """What is answered, for the document."""
    type: object
    """What msgspec makes the schema of."""
    answer: Callable[[StoreReader, str], object]
    """Gives what is to be encoded, for the part in braces; None when there is nothing of that name.
    Raises a StoreError."""
    unknown: str = ""
    """The text of a 404, when there is nothing."""
    of_source: object = None
    """What is answered to who may see one source of transfers only; None for a 404."""
