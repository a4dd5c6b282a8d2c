"""What comes of a table of problems: the state, line 1, the lines for -v and the figures."""

import pytest

from blinkenlights.plugin.answer import Figure
from blinkenlights.plugin.judgement import Judgement, Problem, Within, doubts
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.words import span


def refuse() -> str:
    """Fail when words are asked for."""
    raise AssertionError


def test_words_are_asked_for_when_they_are_needed() -> None:
    """What is not wrong need not have words, and words may rely on something being wrong."""
    judgement = Judgement(
        [
            Problem("silent", Critical, 0, refuse),
            Problem("slow", Within(Range("10"), None), 5, refuse),
            Problem("pending", Ok, 3, refuse),
            Problem("lag", Within(None, None), None, refuse, is_judged=False),
            Problem("late", Warn, 2, lambda: "2 late"),
        ]
    )

    assert (judgement.code, judgement.summary) == (1, "2 late")


def test_lines_are_worst_first_each_with_its_state() -> None:
    """Lines follow the order of the table, by state; what alarms nobody comes last and bare."""
    judgement = Judgement(
        [
            Problem("pending", Ok, 1, "", ["c is expected"]),
            Problem("late", Warn, 1, "late", ["a is late"]),
            doubts(["the clocks differ"], rank=1),
            Problem("silent", Critical, 2, "silent", ["b is silent", "d is silent"]),
            Problem("missing", Unknown, 1, "missing", (name for name in ["e is not known"])),
            Problem("lag", Within(Range("10"), None), 5, "lag", ["f lags"]),
        ]
    )

    assert judgement.lines() == [
        "CRITICAL: b is silent",
        "CRITICAL: d is silent",
        "UNKNOWN: e is not known",
        "UNKNOWN: the clocks differ",
        "WARNING: a is late",
        "c is expected",
        "f lags",
    ]


def test_who_is_blind_says_why_and_nothing_else() -> None:
    """Nothing is called bad when nothing can be known, in the figures neither."""
    judgement = Judgement([Problem("silent", Critical, 7, refuse)], "no collector runs")

    assert (judgement.code, judgement.summary) == (3, "no collector runs")
    assert judgement.figure("silent").value == 0


@pytest.mark.parametrize(
    ("counts_as", "code", "summary"),
    [
        (None, 2, "gone"),
        (Ok, 0, ""),
        (Warn, 1, "gone"),
        (Unknown, 3, "gone"),
        (Critical, 2, "gone"),
    ],
    ids=str,
)
def test_a_problem_counts_as_the_user_wants(
    counts_as: ServiceState | None, code: int, summary: str
) -> None:
    """The answer takes it for what was asked; its lines say what it is."""
    judgement = Judgement(
        [Problem("missing", Critical, 1, "gone", ["x is gone"], counts_as=counts_as)]
    )

    assert (judgement.code, judgement.summary) == (code, summary)
    assert judgement.lines() == ["CRITICAL: x is gone"]


def test_nothing_wrong_stays_so_whatever_it_would_count_as() -> None:
    """A state that the user wants is for what is wrong."""
    assert Judgement([Problem("missing", Unknown, 0, "gone", counts_as=Critical)]).code == 0


def test_figures_follow_from_the_table() -> None:
    """A figure has the number and the ranges by which it was judged."""
    judgement = Judgement(
        [
            Problem("late", Warn, 2, "2 late"),
            Problem("silent", Critical, 1, "1 silent"),
            Problem("lag", Within(Range("30"), Range("60"), span), 45.5, "behind"),
        ]
    )

    assert judgement.summary == "1 silent; 2 late; behind, limit 30s"
    assert judgement.figure("late") == Figure("late", 2, least="0")
    assert judgement.figure("lag", "store_lag", "s", "100") == Figure(
        "store_lag", 45.5, "s", "30", "60", "0", "100"
    )
    assert judgement.number("late", "silent") == 3
