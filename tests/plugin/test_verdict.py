"""How figures become a state and a sentence: what nagiosplugin does not do is mended here."""

from typing import NamedTuple

import pytest

from blinkenlights.plugin.judgement import Judgement, Problem, Within
from blinkenlights.plugin.nagios import (
    Critical,
    Ok,
    Range,
    ServiceState,
    Unknown,
    Warn,
)
from blinkenlights.plugin.verdict import grade, in_words
from blinkenlights.plugin.words import span


class Case(NamedTuple):
    """Which counts are not 0, and what comes of it."""

    bad: set[str]
    code: int
    summary: str


@pytest.mark.parametrize(
    "case",
    [
        Case(set(), 0, ""),
        Case({"w"}, 1, "w"),
        Case({"u"}, 3, "u"),
        Case({"c"}, 2, "c"),
        Case({"w", "u"}, 3, "u; w"),
        Case({"w", "u", "c"}, 2, "c; u; w"),
        Case({"u", "c"}, 2, "c; u"),
    ],
    ids=lambda case: "".join(sorted(case.bad)) or "none",
)
def test_what_is_proved_bad_outranks_what_is_not_known(case: Case) -> None:
    """CRITICAL before UNKNOWN before WARNING, and all problems are named, worst first."""
    states = {"w": Warn, "u": Unknown, "c": Critical}
    problems = [Problem(name, state, name in case.bad, name) for name, state in states.items()]

    judgement = Judgement(problems)

    assert (judgement.code, judgement.summary) == (case.code, case.summary)


def test_nothing_judged_is_unknown() -> None:
    """A check that found nothing to judge knows nothing."""
    assert Judgement([]).code == 3


def test_a_second_source_that_fails_does_not_hide_a_violation() -> None:
    """What one figure does not know leaves the state and the words of the others alone."""
    judgement = Judgement(
        [
            Problem("a", Within(None, Range("10")), 99, "a is 99"),
            Problem("b", Within(None, None), None, "b is None"),
        ]
    )

    assert judgement.code == 2
    assert judgement.summary == "a is 99, limit 10; b is None is not a number"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(
    "limits", [(None, None), (Range("0:10"), Range("0:20")), (None, Range("@5"))]
)
def test_what_is_no_number_is_unknown(
    value: float | None, limits: tuple[Range | None, Range | None]
) -> None:
    """NaN lies within every range of nagiosplugin; here it is never OK."""
    assert grade(value, *limits)[0] is Unknown


@pytest.mark.parametrize(
    ("value", "warning", "critical", "state", "said"),
    [
        (5, None, None, Ok, ""),
        (-5, None, None, Ok, ""),
        (5, "10", "20", Ok, ""),
        (15, "10", "20", Warn, ", limit 10"),
        (25, "10", "20", Critical, ", limit 20"),
        (25, "10", None, Warn, ", limit 10"),
        (25, None, "20", Critical, ", limit 20"),
        (1, None, "0", Critical, ", limit 0"),
        (5, None, "10:", Critical, ", limit at least 10"),
        (15, "@10:20", None, Warn, ", limit not 10 to 20"),
        (5, "10:20", None, Warn, ", limit 10 to 20"),
    ],
)
def test_grades(
    value: float, warning: str | None, critical: str | None, state: ServiceState, said: str
) -> None:
    """The critical range comes first; without a range nothing is bad, not even below 0."""
    limits = [None if text is None else Range(text) for text in (warning, critical)]

    assert grade(value, limits[0], limits[1]) == (state, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10", "10s"),
        ("~:10", "10s"),
        ("10:", "at least 10s"),
        ("60:120", "1m to 2m"),
        ("@60:120", "not 1m to 2m"),
        ("@~:60", "not up to 1m"),
        ("@60:", "not 1m and more"),
        ("-5:5", "-5s to 5s"),
    ],
)
def test_ranges_in_words(text: str, said: str) -> None:
    """A range is said without `:`, `@` and `~`, which mean something else to cores and people."""
    assert in_words(Range(text), span) == said


def test_two_checks_in_one_process_do_not_mix() -> None:
    """Judging twice gives each its own problems: there is no process-wide memory."""
    first = Judgement([Problem("n", Critical, 1, "1 bad")])
    second = Judgement([Problem("n", Critical, 2, "2 bad")])

    assert (first.summary, second.summary) == ("1 bad", "2 bad")
