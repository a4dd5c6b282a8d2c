"""Reads things from the store, as their kinds see them at one moment."""

from collections.abc import Iterator, Mapping, Sequence

from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.kept_numbers import keeper_of_numbers
from blinkenlights.kinds.measured import Measured
from blinkenlights.kinds.registry import foreseen
from blinkenlights.kinds.rows import Row, Span
from blinkenlights.kinds.subject import Subject
from blinkenlights.kinds.view import View
from blinkenlights.kinds.view_context import HORIZON_COMMANDS, ViewContext
from blinkenlights.rules.past import Kept, kept_of
from blinkenlights.rules.selecting import calling
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.thing_of_row import in_rules_of, thing_of_row, unknown
from blinkenlights.rules.vocabulary import subject_of
from blinkenlights.store.reader import StoreReader

AT_ONCE = 5_000
"""Names that are asked for, or stepped over, in one go."""


class Present:
    """All things in a store at one moment. Each method raises a StoreError."""

    def __init__(self, store: StoreReader, now: float) -> None:
        self.now = now
        self._context = ViewContext(store, now, store.ask(*HORIZON_COMMANDS), None)
        self._views: dict[str, View] = {}
        self._rows: dict[str, dict[str, Row | None]] = {}

    @property
    def blind(self) -> str:
        """Why nothing at all can be judged; empty when something can."""
        return self._context.horizon(None).blind

    @property
    def deaf(self) -> str:
        """Why some things cannot be judged, though others can; empty when all can."""
        horizon = self._context.horizon(None)
        return "" if horizon.blind else "; ".join(horizon.doubts_about_known)

    def up_to(self, subject: str) -> float:
        """Return up to when things of a subject are judged: what was sent before is stored."""
        return min(self.now, self._view(subject_of(subject)).horizon.as_of)

    def names(self, subject: str, globs: Sequence[str]) -> list[str]:
        """Return the names that match one of some globs.

        Exact ones are given as they are, but where they may be what things are called besides: then
        as they are only when nothing is called so.
        """
        of = subject_of(subject)
        wild = [each for each in globs if is_glob(each)]
        if in_rules_of(of).called is None:
            found = dict.fromkeys(each for each in globs if not is_glob(each))
            if wild:
                narrow = wild[0] if len(wild) == 1 else ""
                wanted = matcher(wild)
                for names in _scanned(self._view(of), narrow):
                    found.update(dict.fromkeys(filter(wanted, names)))
            return list(found)
        meant, called = matcher(globs), calling(subject)
        found = dict[str, None]()
        called_so = set[str]()
        for names in _scanned(self._view(of), ""):
            for name in names:
                calls = called(name)
                if any(map(meant, calls)):
                    found[name] = None
                    called_so.update(calls)
        unknown = (each for each in globs if not is_glob(each) and each not in called_so)
        return [*found, *unknown]

    def things(
        self,
        subject: str,
        names: Sequence[str],
        window: float,
        *,
        measured: bool = True,
        expected: bool = False,
    ) -> dict[str, Thing]:
        """Return exactly these things; of those of which nothing is known, that nothing is."""
        of = subject_of(subject)
        found: dict[str, Thing] = {}
        # Of what was sent since, nobody knows yet, and everything would seem to be silent.
        unknown_for = self.now - self.up_to(subject)
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            rows = self._rows_of(of, some)
            known = {name: row for name in some if (row := rows[name]) is not None}
            numbers = self._numbers_of(of, known, window) if measured else {}
            if expected:
                numbers = self._with_expectations(of, numbers, window)
            for name in some:
                row = rows[name]
                found[name] = (
                    self._unknown(of, name)
                    if row is None
                    else thing_of_row(of, row, numbers.get(name), unknown_for)
                )
        return found

    def _with_expectations(
        self, subject: Subject, numbers: Mapping[str, Measured], window: float
    ) -> Mapping[str, Measured]:
        for foreseeing, learnable in foreseen(subject.name):
            found = foreseeing.numbers(self._context, learnable, list(numbers), window)
            numbers = {
                name: _both(each, found[name]) if name in found else each
                for name, each in numbers.items()
            }
        return numbers

    def _rows_of(self, subject: Subject, names: Sequence[str]) -> Mapping[str, Row | None]:
        """Return the rows of some, each read once for all windows; None for what is not known."""
        rows = self._rows.setdefault(subject.name, {})
        new = [name for name in names if name not in rows]
        if new:
            read = self._view(subject).rows(new)
            rows |= {name: read.get(name) for name in new}
        return rows

    def _numbers_of(
        self, subject: Subject, rows: Mapping[str, Row], window: float
    ) -> Mapping[str, Measured]:
        fact = in_rules_of(subject).value
        if not fact or window:
            return self._measured(subject, list(rows), window)
        values = {name: row.facts.get(fact) for name, row in rows.items()}
        return {
            name: Measured({"value": float(value)})
            for name, value in values.items()
            if isinstance(value, int | float)
        }

    def kept(self, subject: str, name: str, spans: Span) -> Kept:
        """Return what is kept of the past of a thing."""
        of = subject_of(subject)
        missed = self._view(of).history(name).missed
        return kept_of(of, self._context, name, spans, missed)

    def _view(self, subject: Subject) -> View:
        if subject.name not in self._views:
            display = subject.display
            make = in_rules_of(subject).view or (display.view if display else None)
            if make is None:
                raise KeyError(subject.name)
            self._views[subject.name] = make(self._context)
        return self._views[subject.name]

    def _measured(
        self, subject: Subject, names: Sequence[str], window: float
    ) -> Mapping[str, Measured]:
        measure = in_rules_of(subject).measured
        if measure is not None:
            return measure(self._context, names, window)
        number = subject.display.number if subject.display else None
        keeper = keeper_of_numbers() if number else None
        if number is None or keeper is None or in_rules_of(keeper.subject).measured is None:
            return {}
        series = {name: keeper.series_of(number(name)) for name in names}
        of_series = self._measured(keeper.subject, list(series.values()), window)
        return {name: of_series[one] for name, one in series.items() if one in of_series}

    def _unknown(self, subject: Subject, name: str) -> Thing:
        doubts = self._view(subject).horizon.doubts
        return unknown(subject, name, doubts[0] if doubts else "")


def _scanned(view: View, narrow: str) -> Iterator[Sequence[str]]:
    cursor = ""
    while True:
        step = view.scan(cursor, narrow, AT_ONCE)
        yield step.names
        cursor = step.cursor
        if not cursor:
            return


def _both(came: Measured, expected: Measured) -> Measured:
    return Measured(
        {**came.numbers, **expected.numbers}, came.unsure or expected.unsure, expected.words
    )
