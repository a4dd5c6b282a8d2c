"""What check_endpoint answers for endpoints that were surveyed."""

from collections.abc import Iterator, Sequence
from math import isfinite

from blinkenlights.kinds.endpoint.labels import label_of
from blinkenlights.kinds.endpoint.slowness import Limits, slow
from blinkenlights.kinds.endpoint.survey import Endpoint, Found
from blinkenlights.kinds.endpoint.words import EndpointWords
from blinkenlights.kinds.endpoint.workers import lines_of_asked, lines_of_slowed
from blinkenlights.plugin.answer import Answer, Figure, label
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, doubts
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.sentences import dated
from blinkenlights.plugin.words import clean

MOST_FIGURED = 20
"""Endpoints whose numbers are performance data; of one, of some, never of thousands."""


def answer(
    found: Found,
    horizon: Horizon,
    wanted: Wanted,
    broken: Sequence[str] = (),
    unusable: Sequence[str] = (),
    *,
    limits: Limits | None = None,
) -> Answer:
    """Return what is to be said of endpoints at a horizon.

    Args:
        found: The endpoints.
        horizon: What could be heard.
        wanted: How to answer.
        broken: A sentence for each file that cannot be read and names them, or may name them.
        unusable: Likewise for files of which there is no version before.
        limits: What is demanded of the times of probes.
    """
    words = EndpointWords(found, horizon)
    problems = _problems(words, wanted, broken, unusable)
    problems += slow(found, limits or Limits())
    judgement = Judgement(problems, horizon.blind)
    details = judgement.lines() if wanted.details and not horizon.blind else []
    if wanted.verbose > 1:
        details += horizon.details
    facts: dict[str, object] = {}
    if wanted.json:
        # Programs ask for it, not cores: every other call does without this module.
        from blinkenlights.kinds.endpoint.details import known  # noqa: PLC0415

        facts = known(found, horizon)
    figures = _figures(judgement, found, horizon)
    if wanted.is_filtered and not horizon.blind:
        figures += _numbers(found)
    well = judgement.summary or words.all_well() + judgement.excused("missing", "removed")
    summary = dated(well, horizon)
    return Answer("endpoint", judgement.code, summary, details, figures, facts)


def _problems(
    words: EndpointWords, wanted: Wanted, broken: Sequence[str], unusable: Sequence[str]
) -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    found, horizon = words.found, words.horizon
    nothing = not (
        found.total
        or horizon.doubts
        or found.missing
        or found.retired
        or found.removed
        or broken
        or unusable
    )

    def bad(word: str, state: ServiceState) -> Problem:
        number = len(found.of(word))
        return Problem(word, state, number, lambda: words.bad(word), words.each_bad(word))

    return [
        bad("failing", Critical),
        Problem(
            "never_seen",
            Critical,
            len(found.never),
            words.never_seen,
            words.each_never(found.never),
            counts_as=wanted.missing,
        ),
        doubts(horizon.doubts),
        Problem("unheard", Unknown, len(found.of("unheard")), words.unheard, words.each_unheard()),
        Problem(
            "overdue",
            Unknown,
            len(found.of("overdue")),
            words.overdue,
            words.each_overdue(),
            counts_as=wanted.missing,
        ),
        Problem(
            "missing",
            Unknown,
            len(found.missing) + nothing,
            lambda: words.missing(is_filtered=wanted.is_filtered),
            (f"{clean(name)} is not known" for name in found.missing),
            counts_as=wanted.missing,
        ),
        Problem(
            "removed",
            Unknown,
            len(found.removed),
            words.removed,
            (f"{clean(name)} is removed from the endpoint files" for name in found.removed),
            counts_as=wanted.missing,
        ),
        Problem("unusable_files", Unknown, len(unusable), _said(unusable), unusable),
        Problem("left", Unknown, found.left, words.left),
        bad("degraded", Warn),
        Problem("broken_files", Warn, len(broken), _said(broken), broken),
        Problem("soft", Ok, len(soft(found)), "", _each_soft(words)),
        Problem("slowed", Ok, 0, "", lines_of_slowed(found)),
        Problem("asked", Ok, 0, "", lines_of_asked(found)),
        Problem("pending", Ok, len(found.pending), "", words.each_never(found.pending)),
    ]


def soft(found: Found) -> list[Endpoint]:
    """Return those that are good by their policy although the last result was not."""
    return [one for one in found.of("good") if one.facts.level]


def _each_soft(words: EndpointWords) -> Iterator[str]:
    for one in soft(words.found):
        yield f"{clean(one.name)} good, {words.last(one)}"


def _said(broken: Sequence[str]) -> str:
    return "; ".join(broken[:2])


def _figures(judgement: Judgement, found: Found, horizon: Horizon) -> list[Figure]:
    bad = judgement.number("failing", "overdue", "unheard", "degraded", "never_seen", "pending")
    good = 0 if horizon.blind else max(0.0, found.total - bad - found.left)
    return [
        Figure("endpoints", found.total, least="0"),
        Figure("good", good, least="0"),
        judgement.figure("failing"),
        judgement.figure("degraded"),
        judgement.figure("overdue"),
        judgement.figure("unheard"),
        Figure("expected", judgement.number("never_seen", "pending"), least="0"),
    ]


def _numbers(found: Found) -> list[Figure]:
    """Return the numbers of each endpoint that was asked for; its label is left out of one.

    Those of an old result are left out: nobody shall take them for new ones.
    """
    figures: list[Figure] = []
    ones = [one for one in found.endpoints if one.word in ("failing", "degraded", "good")]
    for one in sorted(ones, key=lambda one: one.name)[:MOST_FIGURED]:
        front = "" if found.total == 1 else f"{label_of(one.name)}_"
        figures += [Figure(front + name, value, unit) for name, value, unit in figures_of(one)]
    return figures


def figures_of(one: Endpoint) -> list[tuple[str, float, str]]:
    """Return the numbers of the last result of an endpoint: label, value, unit."""
    details = one.details
    figures = [
        ("time" if phase == "total" else f"time_{phase}", value, "s")
        for phase, value in details.phases.items()
    ]
    if "days" in details.certificate:
        figures.append(("cert_days", float(details.certificate["days"]), ""))
    figures += [
        (f"value_{label(name)}", float(value), "")
        for name, value in details.values.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    ]
    return figures
