"""What check_metric answers for series that were surveyed."""

from collections.abc import Sequence

from blinkenlights.kinds.metric.labels import label_of
from blinkenlights.kinds.metric.limits import Limits
from blinkenlights.kinds.metric.said import offset
from blinkenlights.kinds.metric.survey import Demanded, Found, Series
from blinkenlights.kinds.metric.words import SeriesWords
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, doubts
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.sentences import dated
from blinkenlights.plugin.verdict import grade
from blinkenlights.plugin.words import NAMED, clean, listing


def answer(
    found: Found, horizon: Horizon, demanded: Demanded, limits: Limits, wanted: Wanted
) -> Answer:
    """Return what is to be said of series at a horizon."""
    words = SeriesWords(found, horizon, demanded)
    judgement = Judgement(_problems(words, limits, wanted), horizon.blind)
    details = judgement.lines() if wanted.details and not horizon.blind else []
    if wanted.verbose > 1:
        details += horizon.details
    facts: dict[str, object] = {}
    if wanted.json:
        # Programs ask for it, not cores: every other call does without this module.
        from blinkenlights.kinds.metric.details import known  # noqa: PLC0415

        facts = known(found, horizon)
    figures = _figures(judgement, found, horizon)
    if wanted.is_filtered:
        figures += _numbers(found, limits)
    well = judgement.summary or words.all_well() + judgement.excused("missing", "no_values")
    summary = dated(well, horizon)
    return Answer("metric", judgement.code, summary, details, figures, facts)


def _problems(words: SeriesWords, limits: Limits, wanted: Wanted) -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    found, horizon = words.found, words.horizon
    stale = 0 if found.are_unheard else found.unlisted
    unheard = found.unlisted if found.are_unheard else 0
    nothing = not (found.total or horizon.doubts or found.missing or found.retired or found.stopped)
    bad, without, high = _of_numbers(words, limits, wanted)

    def gone(word: str, state: ServiceState, more: int = 0) -> Problem:
        return Problem(
            word,
            state,
            len(found.of(word)) + more,
            lambda: words.gone(word),
            words.each_gone(word),
            counts_as=wanted.missing,
        )

    def saying(status: str, state: ServiceState) -> Problem:
        return Problem(
            status,
            state,
            len(found.saying(status)),
            lambda: words.saying(status),
            words.each_saying(status),
        )

    return [
        gone("silent", Critical),
        Problem(
            "never_seen",
            Critical,
            len(found.never),
            words.never_seen,
            words.each_never(found.never),
            counts_as=wanted.missing,
        ),
        saying("critical", Critical),
        bad,
        doubts(horizon.doubts),
        Problem("ahead", Unknown, len(found.of("ahead")), words.ahead, words.each_ahead()),
        Problem(
            "unheard",
            Unknown,
            len(found.of("unheard")) + unheard,
            words.unheard,
            words.each_unheard(),
        ),
        Problem(
            "missing",
            Unknown,
            len(found.missing) + nothing,
            lambda: words.missing(is_filtered=wanted.is_filtered),
            (f"{clean(name)} is not known" for name in found.missing),
            counts_as=wanted.missing,
        ),
        gone("stale", Unknown, stale),
        without,
        saying("unknown", Unknown),
        Problem("left", Unknown, found.left, words.left),
        saying("warning", Warn),
        high,
        Problem("times", Ok, len(words.skewed), "", (f"time: {offset(o)}" for o in words.skewed)),
        Problem("pending", Ok, len(found.pending), "", words.each_never(found.pending)),
    ]


def _of_numbers(
    words: SeriesWords, limits: Limits, wanted: Wanted
) -> tuple[Problem, Problem, Problem]:
    """Return the numbers that are too bad, those that are not there, and those that are high."""
    told: dict[ServiceState, list[str]] = {Critical: [], Warn: [], Ok: []}
    without: list[Series] = []
    for one in words.found.series:
        if one.is_gone or one.word == "ahead":
            continue
        state, limit = grade(one.value, limits.warning, limits.critical)
        if state is not Unknown:
            told[state].append(words.value(one) + limit)
        elif one.word == "alive" and (limits.are_given or words.demanded.over):
            without.append(one)
    critical, warning = told[Critical], told[Warn]
    return (
        Problem("bad_values", Critical, len(critical), listing(critical, NAMED), critical),
        Problem(
            "no_values",
            Unknown,
            len(without),
            lambda: words.without(without),
            (f"{clean(one.name)} has no number" for one in without),
            counts_as=wanted.missing,
        ),
        Problem("high_values", Warn, len(warning), listing(warning, NAMED), warning),
    )


def _figures(judgement: Judgement, found: Found, horizon: Horizon) -> list[Figure]:
    alive = 0 if horizon.blind else found.total - _not_alive(judgement)
    return [
        Figure("series", found.total, least="0"),
        Figure("alive", max(0.0, alive), least="0"),
        judgement.figure("stale"),
        judgement.figure("silent"),
        Figure("expected", judgement.number("never_seen", "pending"), least="0"),
        Figure("unheard", judgement.number("unheard", "ahead"), least="0"),
        Figure("says_critical", judgement.number("critical"), least="0"),
        Figure("says_warning", judgement.number("warning"), least="0"),
    ]


def _not_alive(judgement: Judgement) -> float:
    return judgement.number("stale", "silent", "unheard", "ahead", "never_seen", "pending")


def _numbers(found: Found, limits: Limits) -> Sequence[Figure]:
    ranges = [written(limits.warning), written(limits.critical)]
    return [
        Figure(label_of(one.name), one.value, "", *ranges)
        for one in sorted(found.series, key=lambda one: one.name)
    ]
