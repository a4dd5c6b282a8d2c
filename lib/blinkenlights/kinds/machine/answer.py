"""What check_machine answers for machines that were surveyed."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from blinkenlights.kinds.machine.judge import Judged, pool_words
from blinkenlights.kinds.machine.limits import MachineLimits
from blinkenlights.kinds.machine.survey import Machines
from blinkenlights.kinds.machine.words import NOT_JUDGED, MachineWords, lacking, sentence
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, doubts
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.sentences import dated
from blinkenlights.plugin.words import clean, rounded


def answer(found: Machines, limits: MachineLimits, wanted: Wanted) -> Answer:
    """Return what is to be said of machines, measured by limits."""
    horizon = found.horizon
    words = MachineWords(found, horizon, limits)
    reasons = doubts_of(horizon)
    judgement = Judgement(
        _problems(words, reasons, wanted), horizon.blind and horizon.blind + words.left_unheard()
    )
    details = judgement.lines() if wanted.details and not horizon.blind else []
    if wanted.verbose > 1:
        details += horizon.details
    excused = judgement.excused("never_seen", "missing")
    summary = judgement.summary or words.all_well() + excused
    if judgement.summary and found.is_unjudged and not horizon.blind:
        summary += f"; {NOT_JUDGED}"
    summary = dated(summary, horizon)
    facts: dict[str, object] = {}
    if wanted.json:
        # Programs ask for it, not cores: every other call does without this module.
        from blinkenlights.kinds.machine.details import known  # noqa: PLC0415

        facts = known(found, horizon, reasons)
    return Answer("machine", judgement.code, summary, details, _figures(words, judgement), facts)


def doubts_of(horizon: Horizon) -> list[str]:
    """Return the doubts of a horizon that concern machines.

    A store is no wiser about an idle machine two minutes after it began.
    """
    return horizon.doubts_about_known


def _problems(words: MachineWords, reasons: Sequence[str], wanted: Wanted) -> list[Problem]:
    """Return all that may be wrong, in the order to say it, and then what alarms nobody."""
    found, now = words.found, words.horizon.as_of
    short = [one for one in found.shortages if not one.doubt]
    unsure = [one for one in found.shortages if one.doubt]
    never, late, pending = (
        [one for one in found.of("expected") if one.status is state]
        for state in (Critical, Warn, Ok)
    )
    nobody = not (found.total or reasons or found.missing or found.judged)

    def each(ones: Iterable[Judged]) -> Iterator[str]:
        return (sentence(one, now) for one in ones)

    def of(
        word: str, state: ServiceState, said: str | Callable[[], str] = "", rank: int = 0
    ) -> Problem:
        return Problem(word, state, found.number(word), said, each(found.of(word)), rank=rank)

    return [
        of("lost", Critical, words.lost),
        of("silent", Critical, lambda: words.overdue("silent")),
        Problem(
            "short", Critical, len(short), lambda: words.short(short), map(lacking, short), rank=1
        ),
        of("failing", Critical, words.failing),
        Problem(
            "never_seen",
            Critical,
            len(never),
            lambda: words.never_seen(never),
            each(never),
            counts_as=wanted.missing,
        ),
        doubts(reasons, rank=2, tail=words.left_unheard()),
        of("ahead", Unknown, words.ahead),
        of("unheard", Unknown, words.unheard),
        Problem(
            "missing",
            Unknown,
            len(found.missing) + len(found.of("removed")) + nobody,
            lambda: words.missing(is_filtered=wanted.is_filtered),
            (f"{clean(name)} is not known" for name in found.missing),
            counts_as=wanted.missing,
            rank=3,
        ),
        Problem(
            "unsure",
            Unknown,
            len(unsure),
            lambda: words.short(unsure),
            map(lacking, unsure),
            rank=1,
        ),
        of("late", Warn, lambda: words.overdue("late"), rank=1),
        Problem(
            "not_yet_seen",
            Warn,
            len(late),
            lambda: words.never_seen(late),
            each(late),
            counts_as=wanted.missing,
        ),
        Problem("pending", Ok, len(pending), "", each(pending)),
        *[of(word, Ok) for word in ("idle", "quarantined", "retired", "removed")],
        Problem(
            "unjudged",
            Ok,
            len(found.unjudged),
            "",
            (f"silence is not judged in pool {pool_words(pool)}" for pool in found.unjudged),
        ),
    ]


def _figures(words: MachineWords, judgement: Judgement) -> list[Figure]:
    found, limits = words.found, words.limits
    warning, critical = map(written, limits.ages(found.oldest.pool if found.oldest else ""))
    # Of those that are idle or alive by old evidence nobody knows which are.
    alive = max(0, found.alive - found.doubtful)
    idle = max(0, found.alive + found.number("idle") - found.doubtful - alive)
    expected = judgement.number("never_seen", "not_yet_seen", "pending")
    return [
        Figure("total", found.total, least="0"),
        Figure("alive", alive, least="0"),
        *[judgement.figure(word) for word in ("late", "silent", "lost", "failing")],
        Figure("expected", expected, least="0"),
        Figure("idle", idle, least="0"),
        judgement.figure("quarantined"),
        Figure("unheard", words.number_unheard, least="0"),
        Figure("oldest", rounded(words.oldest_age, 3), "s", warning, critical, "0"),
    ]
