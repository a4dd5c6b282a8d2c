"""What the users of the store may do: what all need, and what each kind says that it needs.

Each right is there because something is refused without it; a test leaves out one after the other.
"""

from collections.abc import Sequence

from blinkenlights.kinds.kind import Kind, Rights
from blinkenlights.kinds.registry import KINDS
from blinkenlights.store.users import Rules

_OF_ALL = Rights(
    # The version of the layout; batches, counters, samples, gaps and reports.
    collector="select multi exec script|load evalsha get hdel hget hgetall hincrby hset lpush "
    "lrange ltrim rpush set",
    # Who is heard, and what the page tells of collectors.
    checks="select info get hgetall lrange",
    speedo="select script|load evalsha get hgetall lrange",
    alert="select script|load evalsha get hgetall lrange",
    # Its version of the layout; what people do is annotated.
    respond="select get lpush ltrim",
)
_COUNTING = {"hash": "hexists hlen", "set": "scard sismember", "sorted": "zcard zscore"}
"""What collectors need to bound names, by how they are kept."""
_USERS = {
    "checks": ("checks",),
    "collector": ("collector",),
    "speedo": ("speedo",),
    "alert": ("checks", "alert"),
    "web": ("checks",),
    "web-post": ("checks", "collector", "respond"),
}
"""Without `blinkenlights-`: what they do, as fields of `Rights`."""


def rules_of(user: str) -> str:
    """Return what a user may do, in the words of ACL SETUSER.

    Args:
        user: As docs/security.md calls it, without `blinkenlights-`.

    Raises:
        KeyError: There is no such user.
    """
    return _rules(_USERS[user])


def rules_of_embedded() -> Rules:
    """Return what those may do who reach the embedded store, and those who write to it."""
    return Rules(
        reading=rules_of("checks"),
        writing=_rules(("checks", "collector", "speedo", "alert", "respond")),
    )


def commands_for(uses: Sequence[str], kinds: Sequence[Kind] = KINDS) -> list[str]:
    """Return the commands that are needed, in alphabetical order.

    Args:
        uses: What for, as fields of `Rights`.
        kinds: Of whom.
    """
    rights = [_OF_ALL, *(kind.rights for kind in kinds)]
    words = [getattr(each, use) for each in rights for use in uses]
    if "collector" in uses:
        words += [_COUNTING[names.kept.form] for kind in kinds for names in kind.names]
    return sorted({command for each in words if each for command in each.split()})


def _rules(uses: Sequence[str]) -> str:
    keys = (
        f"~{kind.keys}*"
        for kind in KINDS
        if any(getattr(kind.rights, use) is not None for use in uses)
    )
    commands = (f"+{command}" for command in commands_for(uses))
    return " ".join(["resetchannels", *keys, "-@all", *commands])
