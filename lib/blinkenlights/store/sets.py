"""Reading of sorted sets: replies with scores, the scores of certain members, search by glob.

Standard library only: checks import this.
"""

from collections.abc import Sequence

from blinkenlights.globs import matcher
from blinkenlights.store.reader import Command, StoreReader

MOST_LISTED = 10_000
"""Most members that are fetched by name; the rest is counted."""
MEMBERS_AT_ONCE = 1_000
"""Most members or fields that one command asks for, so that it holds up nobody else for long."""
_SCAN_STEP = 5_000

Spans = list[tuple[str, str]]
"""Lower and upper bounds of scores, as ZCOUNT takes them."""


def lowest(key: str, most: int | None = None) -> Command:
    """Return the command for the members with the lowest scores, at most `MOST_LISTED`."""
    return ("ZRANGE", key, 0, (MOST_LISTED if most is None else most) - 1, "WITHSCORES")


def between(key: str, lower: str, upper: str, most: int | None = None) -> Command:
    """Return the command for the members whose score is within bounds, the lowest first.

    Args:
        key: The sorted set.
        lower: A score; with `(` in front it is excluded. `-inf` for none.
        upper: The same; `+inf` for none.
        most: How many at most; `MOST_LISTED` unless it is given.
    """
    limit = MOST_LISTED if most is None else most
    return ("ZRANGEBYSCORE", key, lower, upper, "WITHSCORES", "LIMIT", 0, limit)


def scores(reply: Sequence[str]) -> dict[str, float]:
    """Return member -> score, in the order of a reply with scores, or of the members of a ZSCAN."""
    return {member: float(score) for member, score in zip(reply[::2], reply[1::2], strict=True)}


def scores_of(
    store: StoreReader, keys: Sequence[str], members: Sequence[str]
) -> list[dict[str, float]]:
    """Return for each sorted set the scores of those of `members` that are in it."""
    found: list[dict[str, float]] = [{} for _ in keys]
    for start in range(0, len(members) if keys else 0, MEMBERS_AT_ONCE):
        chunk = members[start : start + MEMBERS_AT_ONCE]
        replies = store.ask(*(("ZMSCORE", key, *chunk) for key in keys))
        for known, reply in zip(found, replies, strict=True):
            known.update(
                (member, float(score))
                for member, score in zip(chunk, reply, strict=True)
                if score is not None
            )
    return found


def scan(store: StoreReader, key: str, glob: str) -> dict[str, float]:
    """Return the members of a sorted set whose name matches a glob, with their scores."""
    matches = matcher([glob])
    narrowed = narrowing(glob)
    found: dict[str, float] = {}
    cursor = "0"
    while True:
        command: Command = ("ZSCAN", key, cursor, "MATCH", narrowed, "COUNT", _SCAN_STEP)
        cursor, members = store.ask(command)[0]
        found.update(
            (member, score) for member, score in scores(members).items() if matches(member)
        )
        if cursor == "0":
            return found


def narrowing(glob: str) -> str:
    """Return a pattern for MATCH by which the store sends all that match a glob, perhaps more.

    Redis reads brackets and backslashes in its own way: it narrows, `matcher` decides.
    """
    return "*" if "[" in glob else glob.replace("\\", "?")
