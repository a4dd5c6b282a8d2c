"""Things of a kind that keeps a sorted set of all their names: which of them a page lists."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from blinkenlights.globs import is_glob
from blinkenlights.kinds.rows import MOST_ROWS
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Found, Scanned, Verdict, View
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import sets


class NamedVerdicts:
    """Says how each thing of a kind is.

    Args:
        horizon: What could be heard.
        doubt: Why what was heard and looks well may not be, as the reader may know it; empty when
            there is no reason. That a store is new is none.
    """

    word: ClassVar[str]
    """The state of what is well and was heard."""

    def __init__(self, horizon: Horizon, doubt: str) -> None:
        self._horizon = horizon
        self._doubt = doubt

    @property
    def well(self) -> str:
        """The state of what is well, as far as can be known."""
        return "unheard" if self._doubt else self.word

    @property
    def well_status(self) -> Status:
        """The status of what is well."""
        return "UNKNOWN" if self._doubt else "OK"


class NamedView(View):
    """The things of a subject, of which there may be many more than a page lists."""

    names: ClassVar[str]
    """Key of the sorted set of all names, those that are retired among them."""
    awaited: ClassVar[str]
    """Key of those that were declared and never heard."""
    retired: ClassVar[str]
    """Key of those that are retired."""
    beside: ClassVar[Mapping[str, str]]
    """State of those that are not counted -> key of their sorted set."""

    def __init__(self, context: ViewContext, words: NamedVerdicts) -> None:
        self._context = context
        self._said = words

    @abstractmethod
    def verdicts(self, names: Sequence[str]) -> dict[str, Verdict]:
        """Return what is to be said of exactly these, of those that are known."""

    def listed(
        self,
        total: int,
        not_well: Mapping[str, Verdict],
        unlisted: tuple[str, Status, int],
        beside: Mapping[str, int],
        state: str,
    ) -> Found:
        """Return what there is, with as many that are well as there is room for.

        Args:
            total: How many are counted.
            not_well: What is to be said of those that are not well, worst first.
            unlisted: State, status and number of those that are not well either.
            beside: How many are in each state of `self.beside`.
            state: Which one is asked for; empty for none.
        """
        store, words = self._context.store, self._said
        found = dict(not_well)
        left = total - unlisted[2] - len(found)
        if len(found) < MOST_ROWS or state == words.well:
            [first] = store.ask(("ZRANGE", self.names, 0, MOST_ROWS + len(found) - 1))
            some = self.verdicts([one for one in first if one not in found])
            well = {name: each for name, each in some.items() if each.state == words.well}
            found |= well
            left -= len(well)
        uncounted = dict(beside)
        if state in self.beside:
            [reply] = store.ask(sets.lowest(self.beside[state]))
            found |= self.verdicts([*sets.scores(reply)])
            del uncounted[state]
        well_ones = (words.well, words.well_status, max(0, left))
        return Found(total, found, [unlisted, well_ones], uncounted)

    def matching(self, name: str) -> Found:
        """Return those of a name or a glob."""
        store, words = self._context.store, self._said
        names = [name]
        if is_glob(name):
            keys = (self.names, self.awaited, self.retired)
            # One may be called as a glob is.
            names = sorted({name, *(each for key in keys for each in sets.scan(store, key, name))})
        verdicts = self.verdicts(names[: sets.MOST_LISTED])
        # Worst first: those that are well are last.
        verdicts = dict(sorted(verdicts.items(), key=lambda each: each[1].status == "OK"))
        beside = sum(each.state in self.beside for each in verdicts.values())
        left = max(0, len(names) - sets.MOST_LISTED)
        return Found(
            len(verdicts) - beside + left, verdicts, [(words.well, words.well_status, left)]
        )

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        keys = (self.names, self.awaited, self.retired)
        return scan_sets(self._context.store, keys, cursor, name, step)
