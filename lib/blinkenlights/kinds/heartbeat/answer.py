"""What check_heartbeat answers for a fleet that was surveyed."""

from blinkenlights.kinds.heartbeat.lateness import Limits
from blinkenlights.kinds.heartbeat.survey import Fleet
from blinkenlights.kinds.heartbeat.words import FleetWords, clock
from blinkenlights.plugin.answer import Answer, Figure, unique_labels
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, doubts
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.sentences import dated
from blinkenlights.plugin.verdict import grade
from blinkenlights.plugin.words import (
    NAMED,
    clean,
    count,
    listing,
    plain,
    rounded,
    short,
    span,
)


class Demanded:
    """What is demanded of a number in the heartbeats."""

    def __init__(
        self, key: str = "", warning: Range | None = None, critical: Range | None = None
    ) -> None:
        """Take the name of the number, empty for none, and two ranges for it."""
        self.key = key
        self.warning = warning
        self.critical = critical


def answer(fleet: Fleet, limits: Limits, wanted: Wanted, demanded: Demanded) -> Answer:
    """Return what is to be said of a fleet, measured by limits."""
    horizon = fleet.horizon
    words = FleetWords(fleet, horizon, limits)
    judgement = Judgement(_problems(words, wanted, demanded), horizon.blind and words.blind())
    details = judgement.lines() if wanted.details and not horizon.blind else []
    if wanted.verbose > 1:
        details += horizon.details
    facts: dict[str, object] = {}
    if wanted.json:
        # Programs ask for it, not cores: every other call does without this module.
        from blinkenlights.kinds.heartbeat.details import known  # noqa: PLC0415

        facts = known(fleet, horizon, limits)
    figures = [*_figures(words, judgement), *_numbers(fleet, demanded)]
    well = judgement.summary or words.all_well() + judgement.excused(
        "never_seen", "missing", "no_values"
    )
    summary = dated(well, horizon)
    return Answer("heartbeat", judgement.code, summary, details, figures, facts)


def _problems(words: FleetWords, wanted: Wanted, demanded: Demanded) -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    fleet, horizon = words.fleet, words.horizon
    silent, late, unheard = fleet.unlisted
    silent, late = silent + len(fleet.silent), late + len(fleet.late)
    never, pending, skewed = fleet.awaited, fleet.pending, sorted(fleet.skewed.items())
    down = [one for one in fleet.trouble if one.status == "down"]
    degraded = [one for one in fleet.trouble if one.status != "down"]
    bad, without, high = _of_numbers(fleet, horizon, wanted, demanded)
    nothing = not (fleet.total or horizon.doubts or fleet.missing or fleet.retired)
    return [
        Problem(
            "silent",
            Critical,
            silent,
            lambda: words.overdue("silent", fleet.silent, silent),
            words.each("silent", fleet.silent),
        ),
        Problem(
            "never_seen",
            Critical,
            len(never),
            words.never_seen,
            words.each("declared and never seen", never),
            counts_as=wanted.missing,
        ),
        Problem(
            "down",
            Critical,
            len(down),
            lambda: words.trouble("down", down),
            words.each_in_trouble(down),
        ),
        Problem("short", Critical, len(fleet.shortages), words.too_few, words.each_short()),
        bad,
        doubts(horizon.doubts, tail=words.left_unheard()),
        Problem("ahead", Unknown, len(fleet.ahead), words.ahead, words.each_ahead()),
        Problem(
            "unheard", Unknown, len(fleet.unheard) + unheard, words.unheard, words.each_unheard()
        ),
        Problem(
            "missing",
            Unknown,
            len(fleet.missing) + nothing,
            lambda: words.missing(is_filtered=wanted.is_filtered),
            (f"{clean(name)} is not known" for name in fleet.missing),
            counts_as=wanted.missing,
        ),
        without,
        Problem(
            "late",
            Warn,
            late,
            lambda: words.overdue("late", fleet.late, late),
            words.each("late", fleet.late),
        ),
        Problem(
            "degraded",
            Warn,
            len(degraded),
            lambda: words.trouble("degraded", degraded),
            words.each_in_trouble(degraded),
        ),
        high,
        Problem("clocks", Ok, len(skewed), "", (f"clock: {clock(*each)}" for each in skewed)),
        Problem(
            "pending",
            Ok,
            len(pending),
            "",
            (f"expected, not seen yet: {clean(name)}" for name in pending),
        ),
    ]


def _of_numbers(
    fleet: Fleet, horizon: Horizon, wanted: Wanted, demanded: Demanded
) -> tuple[Problem, Problem, Problem]:
    """Return the numbers that are too bad, those that are not there, and those that are high."""
    key = clean(demanded.key)
    told: dict[ServiceState, list[str]] = {Critical: [], Unknown: [], Warn: [], Ok: []}
    for component, (value, seen) in sorted(fleet.values.items()):
        name, age = short(component), f"{span(max(0.0, horizon.as_of - seen))} ago"
        state, limit = grade(value, demanded.warning, demanded.critical)
        number = "" if value is None else f"{key}={plain(value)}"
        told[state].append(f"{name} {number} {age}{limit}" if number else f"{name} ({age})")

    def without() -> str:
        noun = count(len(told[Unknown]), "component")
        names = listing(told[Unknown], NAMED)
        return f"{noun} without a number {key} in the last heartbeat: {names}"

    critical, unknown, warning = told[Critical], told[Unknown], told[Warn]
    return (
        Problem("bad_values", Critical, len(critical), listing(critical, NAMED), critical),
        Problem("no_values", Unknown, len(unknown), without, unknown, counts_as=wanted.missing),
        Problem("high_values", Warn, len(warning), listing(warning, NAMED), warning),
    )


def _figures(words: FleetWords, judgement: Judgement) -> list[Figure]:
    fleet, horizon, limits = words.fleet, words.horizon, words.limits
    interval = fleet.oldest.interval if fleet.oldest else horizon.interval
    warning, critical = map(written, limits.of(interval))
    return [
        Figure("total", fleet.total, least="0"),
        Figure("alive", 0 if horizon.blind else fleet.alive, least="0"),
        judgement.figure("late"),
        judgement.figure("silent"),
        Figure("expected", judgement.number("never_seen", "pending"), least="0"),
        Figure("unheard", words.number_unheard, least="0"),
        Figure("oldest", rounded(words.oldest_age, 3), "s", warning, critical, "0"),
    ]


def _numbers(fleet: Fleet, demanded: Demanded) -> list[Figure]:
    labels = unique_labels(list(fleet.values), demanded.key)
    ranges = [written(demanded.warning), written(demanded.critical)]
    return [
        Figure(labels[name], reading.value, "", *ranges)
        for name, reading in sorted(fleet.values.items())
    ]
