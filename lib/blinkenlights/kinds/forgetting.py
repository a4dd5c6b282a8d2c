"""What `forget` is asked for: which of the things that are named, and who is told how far it is."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from blinkenlights.globs import is_glob, matcher

AT_ONCE = 1000
"""Names in one call of a script, which holds up all others for a few milliseconds."""

Told = Callable[[int, int], None]
"""Is told how many of how many are done."""


def nobody(done: int, of: int) -> None:
    """Tell nobody."""
    del done, of


class Forgetting(NamedTuple):
    """How things are forgotten. Without any of the first five it is all that are named."""

    silent_since: float | None = None
    """Only what was not seen since then."""
    first_since: float | None = None
    """Only what was first seen since then."""
    came_by: str = ""
    """Only what was last heard by the source of signals with this id."""
    host: str = ""
    """Only what runs on this host, with all of its instances."""
    of_source: str = ""
    """Only what transferred for this source of transfers and for no other."""
    is_rehearsal: bool = False
    """Remove nothing, and find out what would be."""
    told: Told = nobody

    @property
    def narrows(self) -> frozenset[str]:
        """Which of the first five are asked for, by their names."""
        return frozenset(name for name in self._fields[:5] if getattr(self, name))

    def means(self, seen: float, first: float, source: str, host: str = "") -> bool:
        """Return whether a thing is meant, whatever it is called.

        Args:
            seen: When it was last seen; 0 for never.
            first: When it was first seen.
            source: Id of the source that last heard it.
            host: Where it runs, with all of its instances; empty for nowhere, or not known.
        """
        return (
            (self.silent_since is None or 0 < seen < self.silent_since)
            and (self.first_since is None or first >= self.first_since)
            and (not self.came_by or source == self.came_by)
            and (not self.host or host == self.host)
        )


def chosen(
    names: Sequence[str], there: Iterable[str], *, is_narrowed: bool = False
) -> dict[str, bool]:
    """Return what names and globs stand for -> whether it is there, in order.

    Args:
        names: As they were given; none stands for everything.
        there: What may be meant.
        is_narrowed: Who is named and not there is no mistake.
    """
    known = set(there)
    matches = matcher(names or ["*"])
    exact = known.intersection(names)
    found = dict.fromkeys(sorted(exact.union(filter(matches, known))), True)
    if is_narrowed:
        return found
    missing = [name for name in names if name not in found and not _is_met(name, found)]
    return found | dict.fromkeys(missing, False)


async def forget_in_portions(
    known: dict[str, bool],
    forget: Callable[[Sequence[str]], Awaitable[Sequence[bool]]],
    told: Told,
) -> None:
    """Forget what is known, a portion at a time, and take note of what was not after all."""
    names = [name for name, is_known in known.items() if is_known]
    for start in range(0, len(names), AT_ONCE):
        portion = names[start : start + AT_ONCE]
        known.update(zip(portion, await forget(portion), strict=True))
        told(start + len(portion), len(names))


def _is_met(name: str, found: Iterable[str]) -> bool:
    return is_glob(name) and any(map(matcher([name]), found))
