"""Which series are asked about."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.metric.identity import beginning, identity_of, is_whole

Span = tuple[str, str | bytes]
"""Lower and upper bound, as ZRANGEBYLEX takes them."""


class Selection(NamedTuple):
    """Which series are asked about: all, or those that match in everything that is given."""

    names: Sequence[str] = ()
    """Names of metrics or globs; or what a series is called, `name@host{tag=value}`, or a glob. All
    are written as in what a series is called: a metric `a@b` is `a\\@b`."""
    host: str = ""
    """A name or a glob."""
    tags: Sequence[tuple[str, str]] = ()
    """Tags, and a value or a glob for each."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing has to be looked at one by one."""
        return not any(self)

    @property
    def plain(self) -> list[str]:
        """Those of the names that stand for nothing else, so that one may be missing."""
        return [name for name in self.names if not is_glob(name)]

    def spans(self) -> list[Span]:
        """Return where in the order of all names those that are asked for may be.

        Those that may be anywhere are found by `searches`.
        """
        spans: list[Span] = []
        for name in self.names:
            # A name that begins with a bracket may mean just itself.
            known = _beginning(name) if is_glob(name) else ""
            if known:
                spans.append((f"[{known}", f"({known}".encode() + b"\xff"))
            elif is_whole(name):
                spans.append((f"[{name}", f"[{name}"))
            elif self.host and not is_glob(self.host):
                spans += _spans_of(name + beginning("", self.host), "{")
            else:
                spans += _spans_of(name, "@{")
        return spans

    def searches(self) -> list[str]:
        """Return globs by which all names have to be searched; what they find is not yet meant."""
        wide = [name for name in self.names if is_glob(name) and not _beginning(name)]
        return [f"{name}*" for name in (wide if self.names else [""])]

    def chooser(self) -> Callable[[str], bool]:
        """Return a function that tells whether a series is asked for; it is made for thousands."""
        whole = [each for each in self.names if is_whole(each)]
        is_whole_name = _matcher(whole)
        is_bare_name = _matcher([each for each in self.names if not is_whole(each)])
        is_host = _matcher([self.host])
        tags = [(key, _matcher([value])) for key, value in self.tags]
        has_bare = len(whole) < len(self.names)

        def includes(series: str) -> bool:
            # What is cheap is asked first: most of thousands are not meant.
            is_named = not self.names or is_whole_name(series)
            if not is_named and has_bare:
                is_named = is_bare_name(beginning(identity_of(series).name))
            if not is_named:
                return False
            if not self.host and not tags:
                return True
            _, host, found = identity_of(series)
            return (not self.host or is_host(host)) and all(
                key in found and is_value(found[key]) for key, is_value in tags
            )

        return includes

    def unmet(self, found: Sequence[str]) -> list[str]:
        """Return the names that stand for nothing else and for none of the series found."""
        missing = []
        for name in self.plain:
            if is_whole(name):
                is_met = name in found
            else:
                is_met = name in found
                is_met = is_met or any(each.startswith((name + "@", name + "{")) for each in found)
            if not is_met:
                missing.append(name)
        return missing


def _beginning(glob: str) -> str:
    return glob[: min(glob.find(each) for each in "*?[" if each in glob)]


def _spans_of(known: str, following: str) -> list[Span]:
    exact: Span = (f"[{known}", f"[{known}")
    return [exact, *((f"[{known}{each}", f"({known}{chr(ord(each) + 1)}") for each in following)]


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a text is one of these, or matches one."""
    exact, matches = frozenset(patterns), matcher(patterns)
    # A name may hold a bracket and mean just itself.
    return lambda text: text in exact or matches(text)
