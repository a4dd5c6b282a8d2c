"""A survey of the series asked for: which are below or above what is expected, or unusual."""

from collections.abc import Callable, Mapping, Sequence

from blinkenlights.expected.constants import DAY
from blinkenlights.expected.expectation import unusual_within
from blinkenlights.expected.kept import Kept, Unusual
from blinkenlights.expected.looking_back import furthest
from blinkenlights.expected.shortfall import Answer, Judgement, Question, judge
from blinkenlights.kinds.expected.found import OFF, Asked, Found, SeriesRows
from blinkenlights.kinds.expected.lasting import (
    BAD,
    LONGEST_TOLD,
    Earlier,
    leaning,
    likelihood,
    longest,
    looked_back,
)
from blinkenlights.kinds.expected.read import Learning
from blinkenlights.kinds.learnable import Learnable, Pieces
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader

STALE = DAY
"""Seconds after which it is said that nothing is learned any more."""
UNUSUAL_TOLD = 3600.0
"""Seconds for which something unusual is told: it is found once, and has to be noticed."""
MOST_TOLD = 20
"""Series of which it is found out; line 1 names three."""
MOST_LOOKED_BACK = 500
"""Series of which more is read where the time asked for does not prove it, most likely ones first:
a second of reading."""

Judged = Callable[[Found, Asked, Earlier], Found]


class Survey:
    """Looks at series at a horizon.

    Args:
        store: Is asked.
        learnable: Their sort.
        horizon: What could be heard.
        learning: How they are learned.
        asked: What is asked of each.
    """

    def __init__(
        self,
        store: StoreReader,
        learnable: Learnable,
        horizon: Horizon,
        *,
        learning: Learning,
        asked: Asked,
    ) -> None:
        self._store = store
        self._learnable = learnable
        self._horizon = horizon
        self._learning = learning
        self._asked = asked

    def of(self, names: Sequence[str], kept: Mapping[str, Kept]) -> list[Found]:
        """Return how each series is, in the order of the names; raises a StoreError.

        Args:
            names: Which.
            kept: What is kept of those of which anything was learned.
        """
        pieces = self._pieces(self._asked.seconds)
        all_rows = self._rows(names, pieces)
        found = [self._judged(name, kept.get(name), all_rows[name]) for name in names]
        found = [
            one._replace(word="excluded", unusual=None) if self._is_left_out(one, pieces) else one
            for one in found
        ]
        found = self._looked_back(found)
        off = [one for one in found if one.word in OFF][:MOST_TOLD]
        longer = self._over(off, LONGEST_TOLD, longest)
        return [longer.get(one.name, one) for one in found]

    def _looked_back(self, found: list[Found]) -> list[Found]:
        """Return all, with those as off of which a longer time than was asked for proves it."""
        asked = self._asked
        may_be = [one for one in found if leaning(one, asked)]
        likely = sorted(may_be, key=lambda one: likelihood(one, asked))[:MOST_LOOKED_BACK]
        proved = self._over(likely, furthest(asked.seconds), looked_back)
        return [proved.get(one.name, one) for one in found]

    def _over(
        self,
        ones: Sequence[Found],
        seconds: float,
        judged: Callable[[Found, Asked, Earlier], Found],
    ) -> dict[str, Found]:
        """Return some as they are judged over some seconds."""
        if not ones:
            return {}
        pieces, length = self._pieces(seconds), self._learnable.finest or None
        rows = self._rows([one.name for one in ones], pieces)
        return {
            one.name: judged(one, self._asked, Earlier(rows[one.name], pieces.end, length))
            for one in ones
        }

    def _pieces(self, seconds: float) -> Pieces:
        """Return the pieces of the last seconds, of which all is stored."""
        finest = self._learnable.finest
        length = finest or self._learning.interval
        number = max(1, round(seconds / length))
        end = self._horizon.stored_up_to
        if finest:
            # They are whole minutes by the clock.
            end = end // finest * finest
        return Pieces(end - number * length, length, number)

    def _rows(self, names: Sequence[str], pieces: Pieces) -> dict[str, SeriesRows]:
        """Return what came in each piece that counts."""
        found = self._learnable.rows(self._store, self._horizon, names, pieces)
        return {
            name: [
                row
                for row in found.get(name, ())
                if not self._is_excluded(name, row[0], pieces.seconds)
            ]
            for name in names
        }

    def _is_left_out(self, one: Found, pieces: Pieces) -> bool:
        """Return whether all of the time asked for is excluded for a series."""
        # Whoever has rows has some that count.
        return one.word in ("unheard", "unlearned") and all(
            self._is_excluded(one.name, start, pieces.seconds) for start in pieces.starts
        )

    def _is_excluded(self, name: str, start: float, seconds: float) -> bool:
        return any(
            begun < start + seconds and start < end
            for begun, end in self._learning.excluded_of(self._learnable.sort, name)
        )

    def _judged(self, name: str, kept: Kept | None, rows: SeriesRows) -> Found:
        if kept is None:
            return Found(name, "unlearned")
        asked, moment = self._asked, self._horizon.stored_up_to
        found = Found(name, "well", kept, unusual=_unusual(kept, asked, moment))
        if not rows:
            return found._replace(word="unheard")
        judgements = [
            (judge(kept.detector, rows, each, self._learnable.finest or None), each)
            for each in asked.questions or [Question(0.0, asked.seconds)]
        ]
        for judgement, question in judgements:
            if judgement.answer in BAD:
                word = "critical" if question in asked.critical else "warning"
                return found._replace(word=word, judgement=judgement, question=question)
        # The worst share needs least to be told from chance: who is too small for it is so for the
        # others.
        judgement, question = judgements[0]
        if not asked.questions:
            judgement = _only_told(judgement, kept)
        found = found._replace(judgement=judgement, question=question)
        return found._replace(word=_word_of(found, kept, moment))


def _only_told(judgement: Judgement, kept: Kept) -> Judgement:
    """Return a judgement that nobody asked for: how much came, and what is expected."""
    left = kept.detector.learning_left()
    answer = Answer.LEARNING if left > 0 else Answer.OK
    return judgement._replace(answer=answer, left=left)


def _word_of(found: Found, kept: Kept, moment: float) -> str:
    """Return what one is that is not off."""
    answer = found.judgement.answer if found.judgement else Answer.OK
    if answer is Answer.LEARNING:
        return "learning"
    if moment - kept.detector.pace.newest > STALE:
        return "stale"
    return "few" if answer is Answer.TOO_FEW else "well"


def _unusual(kept: Kept, asked: Asked, moment: float) -> Unusual | None:
    if asked.unusual is None:
        return None
    sides = {"low": (kept.below,), "high": (kept.above,)}
    wanted = sides.get(asked.direction, (kept.below, kept.above))
    lately = unusual_within(kept, moment, max(UNUSUAL_TOLD, asked.seconds))
    found = [each for each in lately if each in wanted and each.score >= asked.unusual]
    return max(found, default=None)
