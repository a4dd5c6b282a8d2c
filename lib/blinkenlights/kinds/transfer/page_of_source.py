"""What a source of transfers may see: itself, and its clients by what it sent to them."""

from collections.abc import Mapping, Sequence
from glob import escape

from blinkenlights.globs import matcher
from blinkenlights.kinds.rows import Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.page import Flows
from blinkenlights.kinds.transfer.rates import Rate
from blinkenlights.kinds.view import Found, History, Scanned
from blinkenlights.kinds.view_context import ViewContext

_STEP = 5_000
"""Pairs looked at in one step: those of other sources are among them."""


class OwnSource(Flows):
    """One source alone."""

    def __init__(self, context: ViewContext, source: str) -> None:
        super().__init__(context, "source")
        self._source = source

    def find(self, name: str, state: str) -> Found:
        """Return the source, when it is what is asked for."""
        del state
        return self._all_of(self._flows(self._only([self._source], name)))

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return its row, when its name is among those."""
        return super().rows(self._only(names))

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the source; there is one step only."""
        del step
        if cursor:
            raise ValueError(cursor)
        return Scanned(self._only([self._source], name), "")

    def _only(self, names: Sequence[str], glob: str = "") -> list[str]:
        wanted = matcher([glob or "*"])
        return [name for name in names if name == self._source and wanted(name)]


class OwnClients(Flows):
    """The clients of one source, judged by the transfers from that source alone."""

    def __init__(self, context: ViewContext, source: str) -> None:
        super().__init__(context, "client")
        self._scope = "pair"
        self._source = source

    def find(self, name: str, state: str) -> Found:
        """Return the clients of the source; of a name or a glob, when one is given."""
        del state
        clients: dict[str, None] = {}
        cursor = ""
        while True:
            names, cursor = self._scan(cursor, name, _STEP)
            clients |= dict.fromkeys(names)
            if not cursor:
                return self._all_of(self._flows(list(clients)))

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return what is among the next pairs, from where `cursor` says; empty begins."""
        return self._scan(cursor, name, max(step, _STEP))

    def history(self, name: str) -> History:
        """Return when transfers could not have been heard; minutes are not kept of pairs."""
        del name
        return History([], [], self._context.missed(self.horizon, list(self.horizon.sources)))

    def _scan(self, cursor: str, name: str, step: int) -> Scanned:
        pairs = f"{name or '*'}\0{escape(self._source)}"
        found = scan_sets(self._context.store, [f"{keys.GOOD}pair"], cursor, pairs, step)
        return found._replace(names=[self._name(member) for member in found.names])

    def _member(self, name: str) -> str:
        return f"{name}\0{self._source}"

    def _name(self, member: str) -> str:
        return member.partition("\0")[0]

    def _rates(self, names: Sequence[str]) -> Mapping[str, Rate]:
        del names
        return {}
