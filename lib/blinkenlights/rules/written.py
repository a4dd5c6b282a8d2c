"""All things at a moment of which somebody wrote down what comes of them. Pure."""

from collections.abc import Sequence

from blinkenlights.globs import matcher
from blinkenlights.rules.series import BLIND, Series, thing_at
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.thing_of_row import unknown
from blinkenlights.rules.vocabulary import subject_of


class Written:
    """All things of some series at one moment.

    Args:
        series: What was written down.
        now: The moment.
    """

    def __init__(self, series: Sequence[Series], now: float) -> None:
        self.now = now
        self._series = {(each.subject, each.name): each for each in series}

    @property
    def blind(self) -> str:
        """Why nothing at all can be judged: nobody listens to any of them."""
        all_of = self._series.values()
        return BLIND if all_of and all(each.is_blind(self.now) for each in all_of) else ""

    @property
    def deaf(self) -> str:
        """Why some cannot be judged: of that a file says for each itself."""
        return ""

    def up_to(self, subject: str) -> float:
        """Return the present: what was written down is known at once."""
        del subject
        return self.now

    def names(self, subject: str, globs: Sequence[str]) -> list[str]:
        """Return the names that match one of some globs.

        Of exact ones those that were written down, also before anything comes of them: what nobody
        wrote down is not tried.
        """
        wanted = matcher(globs)
        return [
            each.name
            for each in self._series.values()
            if each.subject == subject
            and wanted(each.name)
            and (each.name in globs or each.has_begun(self.now))
        ]

    def things(
        self,
        subject: str,
        names: Sequence[str],
        window: float,
        *,
        measured: bool = True,
        expected: bool = False,
    ) -> dict[str, Thing]:
        """Return exactly these things."""
        del measured, expected
        of = subject_of(subject)
        found = {}
        for name in names:
            series = self._series.get((subject, name))
            if series is None or not series.has_begun(self.now):
                found[name] = unknown(of, name)
            else:
                found[name] = thing_at(series, of, self.now, window)
        return found
