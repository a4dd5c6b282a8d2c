"""What is said of series and what is expected of them."""

from collections.abc import Sequence

from blinkenlights.expected.constants import DAY
from blinkenlights.expected.shortfall import Answer
from blinkenlights.expected.words import (
    WEEK_DAYS,
    duration_words,
    judgement_words,
    shift_words,
    unusual_words,
)
from blinkenlights.kinds.expected.found import Found, Surveyed
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import NAMED, count, listing, short, span

MINUTE = 60.0


class SeriesWords:
    """The words for series that were surveyed."""

    def __init__(self, surveyed: Surveyed, horizon: Horizon) -> None:
        self.found = surveyed.found
        self.is_blind = bool(horizon.blind)
        self._sort = surveyed.learnable.sort
        self._is_rate = surveyed.learnable.is_rate
        self._asked = surveyed.asked
        self._horizon = horizon
        self._of_all = f"of {count(len(self.found), self._sort)}"

    def of(self, *words: str) -> list[Found]:
        """Return those in some states."""
        return [one for one in self.found if one.word in words]

    def off(self, word: str) -> str:
        """Return which are below or above what is expected."""
        return _several([self.each_off(one) for one in self.of(word)], self._of_all)

    def each_off(self, one: Found) -> str:
        """Return what is wrong with one that is off, against which limit."""
        question = one.question
        limit = ""
        if question:
            side = "above" if question.above else "below"
            limit = f", limit {side} {100 * question.share:.4g}%"
        return f"{self.of_one(one)}{limit}{self._shift(one)}"

    def unusual(self) -> str:
        """Return what was unusual lately."""
        told = [self.each_unusual(one) for one in self.found if one.unusual]
        return _several(told, self._of_all)

    def each_unusual(self, one: Found) -> str:
        """Return what was unusual of one."""
        kept, row = one.kept, one.unusual
        if not (kept and row):
            return ""
        value, between = unusual_words(row, kept.detector.pace.step, is_rate=self._is_rate)
        ago = span(max(0.0, self._horizon.stored_up_to - row.moment))
        return (
            f"{self.name(one)}: {value} {ago} ago is unusual, expected {between} "
            f"(score {row.score:.2f}, limit {self._asked.unusual:.2f}){self._shift(one)}"
        )

    def cannot(self, ones: Sequence[Found], why: str) -> str:
        """Return which cannot be judged, each with its reason where there are few."""
        if len(ones) <= 1:
            return "; ".join(self.each_cannot(one) for one in ones)
        names = listing([short(one.name) for one in ones[:NAMED]], NAMED, len(ones))
        return f"{len(ones)} {self._of_all} {why}: {names}"

    def each_cannot(self, one: Found) -> str:
        """Return why one cannot be judged."""
        if one.word == "unlearned":
            return f"{self.name(one)}: nothing is learned of it yet"
        if one.word == "unheard":
            what = "nothing was heard" if self._is_rate else "nothing came"
            return f"{self.name(one)}: {what} in the last {duration_words(self._asked.seconds)}"
        if one.word == "excluded":
            return f"{self.name(one)}: excluded, a holiday or a maintenance"
        if one.word == "stale" and one.kept:
            age = self._horizon.stored_up_to - one.kept.detector.pace.newest
            return f"{self.name(one)}: nothing was learned for {span(age)}"
        return self.of_one(one)

    def of_one(self, one: Found) -> str:
        """Return what was judged of one: `client anna: 40/min for 10m, expected 38 to 61/min`."""
        if not (one.kept and one.judgement and one.question):
            return self.name(one)
        told = judgement_words(
            self.name(one),
            one.kept.detector,
            one.judgement,
            one.question,
            self._horizon.stored_up_to,
            is_rate=self._is_rate,
        )
        if one.judgement.answer in (Answer.LEARNING, Answer.TOO_FEW) and one.is_silent:
            told += f"; nothing came in {duration_words(one.question.seconds)}"
        return told

    def name(self, one: Found) -> str:
        """Return the sort and the name of one."""
        return f"{self._sort} {short(one.name)}"

    def all_well(self) -> str:
        """Return what is said when nothing is wrong."""
        well = self.of("well")
        rest = [
            (self.of("learning"), "learning"),
            (self.of("few"), "too few to judge"),
            (self.of("excluded"), "excluded"),
        ]
        if len(self.found) == 1:
            [one] = self.found
            return self.of_one(one) + self._shift(one) if well else self.each_cannot(one)
        how = "as expected" if self._asked.questions else "without anything unusual"
        parts = [f"{count(len(well), self._sort)} {how}"]
        parts += [self.cannot(ones, why) for ones, why in rest if ones]
        return "; ".join(parts)

    def _shift(self, one: Found) -> str:
        if one.kept is None:
            return ""
        detector = one.kept.detector
        age = detector.pace.newest - detector.shift.since
        if not detector.shift.since or age > WEEK_DAYS * DAY:
            return ""
        return f"; {shift_words(detector, is_rate=self._is_rate)}"


def _several(told: Sequence[str], of_all: str) -> str:
    if len(told) == 1:
        return told[0]
    return f"{len(told)} {of_all}: {'; '.join(told[:NAMED])}"
