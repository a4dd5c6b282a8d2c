"""What check_expected_rate answers for series that were surveyed."""

from collections.abc import Sequence

from blinkenlights.expected.sums import usual_sums
from blinkenlights.kinds.expected.found import OFF, Found, Surveyed
from blinkenlights.kinds.expected.words import MINUTE, SeriesWords
from blinkenlights.kinds.learnable import Learnable
from blinkenlights.plugin.answer import Answer, Figure, unique_labels
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, Within, doubts
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.sentences import dated
from blinkenlights.plugin.words import NAMED, listing, rounded, short

MOST_DRAWN = 20
"""Series with figures of their own: more would be cut off anyway."""
NOT_THERE = ("unlearned", "unheard", "stale")


class Limits:
    """How many series may be off, where that decides."""

    def __init__(self, warning: Range | None, critical: Range | None) -> None:
        """Take two ranges; without any, each series that is off decides."""
        self.number = Within(warning, critical)
        self.are_given = not (warning is None and critical is None)


def answer(surveyed: Surveyed, horizon: Horizon, limits: Limits, wanted: Wanted) -> Answer:
    """Return what is to be said of series at a horizon."""
    found, missing, learnable, _ = surveyed
    words = SeriesWords(surveyed, horizon)
    judgement = Judgement(_problems(words, surveyed, horizon, limits, wanted), horizon.blind)
    figures = _figures(words, judgement)
    if not horizon.blind:
        figures += _bands(found, learnable)
    facts: dict[str, object] = {}
    if wanted.json:
        facts = {"series": [_fact(one, learnable) for one in found], "missing": list(missing)}
    well = judgement.summary or words.all_well() + judgement.excused(
        "critical", "warning", "missing", "not_there"
    )
    details = judgement.lines() if wanted.details and not horizon.blind else []
    if wanted.verbose > 1:
        details += horizon.details
    return Answer("expected_rate", judgement.code, dated(well, horizon), details, figures, facts)


def _problems(
    words: SeriesWords, surveyed: Surveyed, horizon: Horizon, limits: Limits, wanted: Wanted
) -> list[Problem]:
    _, missing, learnable, _ = surveyed

    def off(word: str, state: ServiceState) -> Problem:
        ones = words.of(word)
        lines = (words.each_off(one) for one in ones)
        excused = Ok if limits.are_given else None
        return Problem(word, state, len(ones), lambda: words.off(word), lines, counts_as=excused)

    def unsure(name: str, why: str, *states: str) -> Problem:
        ones = words.of(*states)
        lines = map(words.each_cannot, ones)
        number, words_of = len(ones), lambda: words.cannot(ones, why)
        return Problem(name, Unknown, number, words_of, lines, counts_as=wanted.missing)

    def silent(name: str, why: str, word: str) -> Problem:
        # Who moves is well as far as anybody can tell; who does not may be dead.
        ones = [one for one in words.of(word) if one.is_silent]
        number, words_of = len(ones), lambda: words.cannot(ones, why)
        lines = map(words.each_cannot, ones)
        return Problem(name, Unknown, number, words_of, lines, counts_as=wanted.missing)

    unusual = [one for one in words.found if one.unusual]
    nothing = not (words.found or missing or horizon.doubts)
    return [
        Problem(
            "off",
            limits.number,
            len(words.of(*OFF)),
            lambda: "; ".join(words.off(word) for word in OFF if words.of(word)),
        ),
        off("critical", Critical),
        doubts(horizon.doubts),
        Problem(
            "missing",
            Unknown,
            len(missing) + nothing,
            lambda: _missing(missing, learnable),
            (f"{learnable.sort} {short(name)} is not known" for name in missing),
            counts_as=wanted.missing,
        ),
        unsure("not_there", "cannot be judged", *NOT_THERE),
        silent("silent_learning", "are silent, and are being learned", "learning"),
        silent("silent_few", "are silent, and too few to judge", "few"),
        off("warning", Warn),
        Problem("unusual", Warn, len(unusual), words.unusual, map(words.each_unusual, unusual)),
        *(
            Problem(
                f"moving_{word}",
                Ok,
                len(words.of(word)),
                "",
                (words.each_cannot(one) for one in words.of(word) if not one.is_silent),
            )
            for word in ("learning", "few")
        ),
    ]


def _missing(missing: Sequence[str], learnable: Learnable) -> str:
    if not missing:
        return f"there is no {learnable.sort} of which anything is expected"
    names = listing([short(name) for name in missing], NAMED)
    return f"no {learnable.sort} is called {names}"


def _figures(words: SeriesWords, judgement: Judgement) -> list[Figure]:
    def number(*states: str) -> float:
        return 0 if words.is_blind else len(words.of(*states))

    return [
        Figure("series", len(words.found), least="0"),
        judgement.figure("off"),
        judgement.figure("unusual"),
        Figure("learning", number("learning"), least="0"),
        Figure("too_few", number("few"), least="0"),
        Figure("excluded", number("excluded"), least="0"),
        Figure("unknown", judgement.number("missing", "not_there"), least="0"),
    ]


def _bands(found: Sequence[Found], learnable: Learnable) -> list[Figure]:
    """Return value and expectation of each, so that a graph shows the band."""
    known = [one for one in found if one.judgement and one.judgement.usual.seconds]
    drawn = sorted(known, key=lambda one: (one.word not in OFF, one.name))[:MOST_DRAWN]
    labels = unique_labels([one.name for one in drawn], "rate" if learnable.is_rate else "value")
    figures = []
    for one in drawn:
        value, low, high = numbers(one, learnable)
        label = labels[one.name]
        figures += [
            Figure(label, value),
            Figure(f"{label}_expected_low", low),
            Figure(f"{label}_expected_high", high),
        ]
    return figures


def numbers(one: Found, learnable: Learnable) -> tuple[float | None, float | None, float | None]:
    """Return how much came, and the least and the most that is expected: a minute, or a mean."""
    if not (one.judgement and one.kept and one.judgement.usual.seconds):
        return None, None, None
    unit = MINUTE if learnable.is_rate else one.kept.detector.pace.step
    parts = one.judgement.usual.seconds / unit
    low, high = usual_sums(one.kept.detector, one.judgement.usual)
    value = one.judgement.observed
    return rounded(value / parts, 3), rounded(low / parts, 3), rounded(high / parts, 3)


def _fact(one: Found, learnable: Learnable) -> dict[str, object]:
    value, low, high = numbers(one, learnable)
    known: dict[str, object] = {
        "name": one.name,
        "state": one.word,
        "value": value,
        "expected_low": low,
        "expected_high": high,
    }
    if one.judgement and one.question:
        known["seconds"] = one.question.seconds
        known["learning_left"] = one.judgement.left
        known["enough"] = one.judgement.enough
    if one.unusual:
        known["unusual"] = one.unusual._asdict()
    return known
