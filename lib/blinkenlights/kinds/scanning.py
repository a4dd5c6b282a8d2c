"""Steps through sorted sets that may be large, without ever holding all of them.

A step is one ZSCAN. The store promises that it gives every member that is there from the first
step to the last, some perhaps twice; so a list is complete whatever changes meanwhile, and the
cursor needs no memory of ours.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b

from blinkenlights.globs import matcher
from blinkenlights.kinds.view import Scanned
from blinkenlights.store.reader import StoreReader


def scan_sets(
    store: StoreReader, keys: Sequence[str], cursor: str, name: str, step: int
) -> Scanned:
    """Return the next step through the members of some sets that match a name or a glob.

    Args:
        store: Where they are.
        keys: The sets, one after the other.
        cursor: Where to begin, as an earlier step gave it; empty for the beginning.
        name: Empty for all.
        step: How many members to look at, more or less.

    Raises:
        ValueError: no step gave that cursor.
    """
    key, position = _place(keys, cursor)
    if key is None:
        return Scanned([], "")
    arguments: list[str | int] = ["COUNT", step]
    if name:
        # Redis reads brackets and backslashes in its own way: it narrows, Python decides.
        arguments += ["MATCH", "*" if "[" in name else name.replace("\\", "?")]
    position, members = store.ask(("ZSCAN", key, position, *arguments))[0]
    names = list(members[::2])
    if name:
        wanted = matcher([name])
        names = [each for each in names if wanted(each)]
    if position != "0":
        return Scanned(names, f"{_label(key)}.{position}")
    following = keys[keys.index(key) + 1 :]
    return Scanned(names, f"{_label(following[0])}.0" if following else "")


def _place(keys: Sequence[str], cursor: str) -> tuple[str | None, str]:
    if not cursor:
        return (keys[0], "0") if keys else (None, "0")
    label, _, position = cursor.rpartition(".")
    key = next((key for key in keys if _label(key) == label), None)
    if key is None or not re.fullmatch(r"[0-9]{1,20}", position) or int(position) >= 2**64:
        raise ValueError(cursor)
    return key, position


def _label(key: str) -> str:
    """Return a short name for a set, that stays when there are others and suits a URL."""
    return blake2b(key.encode(errors="replace"), digest_size=6).hexdigest()
