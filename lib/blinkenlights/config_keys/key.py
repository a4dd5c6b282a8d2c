"""How one key is described, next to its type."""

from collections.abc import Callable

from msgspec import Meta

Check = Callable[[str], None]
"""Raises ValueError with a sentence when a text is not acceptable."""


def key(
    says: str,
    example: object,
    check: Check | None = None,
    ge: float | None = None,
    le: float | None = None,
) -> Meta:
    """Return the description of one key, in the form in which msgspec keeps it with the type."""
    return Meta(description=says, examples=[example], extra={"check": check}, ge=ge, le=le)


def everything() -> list[str]:
    """Return the globs that match every name: the default of a key."""
    return ["*"]
