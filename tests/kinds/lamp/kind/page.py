"""Lamps on the page and in the API: judged by what check_lamp judges them by."""

from collections.abc import Mapping, Sequence
from glob import escape
from typing import get_args

from blinkenlights.kinds.lamp import keys
from blinkenlights.kinds.lamp.answer import said
from blinkenlights.kinds.lamp.survey import COMMANDS, Judged, survey

from blinkenlights.kinds.rows import Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext

_STATUSES: dict[str, Status] = {status.lower(): status for status in get_args(Status)}


class Lamps(View):
    """Everything that tells whether it is on."""

    subject = "lamp"

    def __init__(self, context: ViewContext) -> None:
        self._context = context
        self.horizon = context.horizon("lamp")
        self._doubts = context.doubts(self.horizon)

    def find(self, name: str, state: str) -> Found:
        """Return the lamps there are; of a name or a glob, when one is given."""
        del state
        lamps = self._lamps([name] if name else [])
        return Found(len(lamps), {one.name: self._verdict(one) for one in lamps}, [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        known = self.known(names)
        return {
            one.name: row_of(
                self.subject, one.name, self._verdict(one), known.get(one.name), self._context
            )
            for one in self._lamps([escape(name) for name in names])
            if names
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were last seen."""
        lamps = self._lamps([escape(name) for name in names]) if names else []
        return {one.name: Known(one.seen or None, {"limit": one.limit}) for one in lamps}

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        return scan_sets(self._context.store, [keys.SEEN], cursor, name, step)

    def history(self, name: str) -> History:
        """Return when a lamp could not have been heard."""
        del name
        return History([], [], self._context.missed(self.horizon, list(self.horizon.sources)))

    def _lamps(self, names: Sequence[str]) -> list[Judged]:
        return survey(self._context.store.ask(*COMMANDS), self.horizon, names)

    def _verdict(self, one: Judged) -> Verdict:
        if self._doubts and one.word == "on":
            return Verdict("unheard", "UNKNOWN", f"{said(one)}; {self._doubts[0]}")
        return Verdict(one.word, _STATUSES[str(one.status)], said(one))
