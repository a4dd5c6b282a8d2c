"""What somebody reads who is woken: what, how bad, how much, against which limit, since when."""

from collections.abc import Sequence

import pytest

from alert.notices import a_notice
from alert.records import NOON
from blinkenlights.alert.incidents import tell
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.titles import TITLE_BYTES, ended_line, line_of, title

QUEUE = "ops@d1\x1frule=silent"


def said(told: Sequence[Notice], changes: Sequence[Notice], now: float = NOON) -> str:
    """Return the title of what is new to a receiver who was told something before."""
    incident = tell(QUEUE, None, told, NOON)[1] if told else None
    return tell(QUEUE, incident, changes, now)[0].title


def many(number: int, **words: object) -> list[Notice]:
    """Return alerts of components on three hosts."""
    return [
        a_notice(f"web{place}", tags={"host": f"host{place % 3}"}, **words)  # type: ignore[arg-type]
        for place in range(number)
    ]


ONE = a_notice()
WARNED = a_notice("db1", level="warning")
MUCH = "age was 120, limit 90, since 11:58 UTC (2m)"
CASES = {
    "one": ([], [ONE], "CRITICAL: silent: web1: age was 120, limit 90, since 11:58 UTC (2m)"),
    "one-warning": (
        [],
        [a_notice(level="warning")],
        "WARNING: silent: web1: age was 120, limit 90, since 11:58 UTC (2m)",
    ),
    "since-another-day": (
        [],
        [a_notice(since=NOON - 86_400)],
        "CRITICAL: silent: web1: age was 120, limit 90, since 2025-11-27 12:00 UTC (1d)",
    ),
    "worse": (
        [WARNED],
        [a_notice("db1", "worsened")],
        "CRITICAL, was warning: silent: db1: age was 120, limit 90, since 11:58 UTC (2m)",
    ),
    "better": (
        [ONE],
        [a_notice(what="eased", level="warning")],
        "WARNING, was critical: silent: web1: age was 120, limit 90, since 11:58 UTC (2m)",
    ),
    "reminder": (
        [ONE],
        [a_notice(what="reminder")],
        "still CRITICAL: silent: web1: age was 120, limit 90, since 11:58 UTC (2m)",
    ),
    "new-beside-a-reminder": (
        [ONE],
        [a_notice(what="reminder"), a_notice("db1")],
        f"CRITICAL: silent: db1: {MUCH}; 1 other is still critical",
    ),
    "several-reminders": (
        many(2),
        many(2, what="reminder"),
        f"still CRITICAL: silent: web0, web1; first web0: {MUCH}",
    ),
    "escalated": (
        [],
        [a_notice(what="escalated")],
        (
            "CRITICAL, nobody has acknowledged it: silent: web1: age was 120, limit 90, "
            "since 11:58 UTC (2m)"
        ),
    ),
    "acknowledged": (
        [ONE],
        [a_notice(what="acknowledged", why="acknowledged by ann (rebooting)")],
        "acknowledged by ann (rebooting): silent: web1, critical since 11:58 UTC (2m)",
    ),
    "three": ([], many(3), f"CRITICAL: silent: web0, web1, web2; first web0: {MUCH}"),
    "a-burst": ([], many(41), f"CRITICAL: silent: 41 components on 3 hosts; first web0: {MUCH}"),
    "a-burst-of-both-levels": (
        [],
        [WARNED, *many(40)],
        f"CRITICAL: silent: 41 components, 40 of them critical; first web0: {MUCH}",
    ),
    "a-burst-of-which-one-is-bad-for-longer": (
        [],
        [*many(3), a_notice("db1", since=NOON - 300)],
        ("CRITICAL: silent: 4 components; first db1: age was 120, limit 90, since 11:55 UTC (5m)"),
    ),
    "several-rules": (
        [],
        [*many(4), *many(5, rule="slow")],
        (f"CRITICAL: 9 alerts on 3 hosts of 2 rules: silent, slow; first silent: web0: {MUCH}"),
    ),
    "several-rules-of-one-thing": (
        [],
        [ONE, a_notice(rule="slow")],
        f"CRITICAL: web1: silent, slow; first silent: web1: {MUCH}",
    ),
    "one-more": (
        many(41),
        [a_notice("db1", level="warning")],
        (
            "WARNING: silent: db1: age was 120, limit 90, since 11:58 UTC (2m); "
            "41 others are still critical"
        ),
    ),
    "one-of-many-is-well": (
        many(41),
        [a_notice("web0", "resolved")],
        "OK again: silent: web0, was critical for 2m; 40 others are still critical",
    ),
    "one-is-well-of-both-levels": (
        [*many(3), WARNED],
        [a_notice("web0", "resolved")],
        "OK again: silent: web0, was critical for 2m; 3 others still fire, 2 of them critical",
    ),
    "some-new-and-some-well": (
        [ONE],
        [a_notice("db1"), a_notice(what="resolved")],
        (
            "CRITICAL: silent: db1: age was 120, limit 90, since 11:58 UTC (2m); "
            "OK again: silent: web1, was critical for 2m"
        ),
    ),
    "all-is-well": (
        [ONE],
        [a_notice(what="resolved", at=NOON + 600)],
        "OK again: silent: web1, was critical for 12m",
    ),
    "well-with-what-it-is-now": (
        [ONE],
        [a_notice(what="resolved", at=NOON + 600, present="value is 4 now")],
        "OK again: silent: web1, was critical for 12m: value is 4 now",
    ),
    "well-with-what-each-is-now": (
        many(2),
        [
            a_notice("web0", "resolved", present="value is 4 now"),
            a_notice("web1", "resolved", present="value is 7 now"),
        ],
        "OK again: silent: web0, web1, was critical for up to 2m",
    ),
    "all-of-many-is-well": (
        many(41),
        many(41, what="resolved"),
        "OK again: silent: 41 components on 3 hosts, was critical for up to 2m",
    ),
    "ended": (
        [ONE],
        [a_notice(what="ended", why="the rule was removed")],
        "ended: silent: web1, was critical for 2m: the rule was removed",
    ),
    "several-ended-for-one-reason": (
        many(2),
        many(2, what="ended", why="the rule was removed"),
        "ended: silent: web0, web1, was critical for up to 2m: the rule was removed",
    ),
    "some-well-and-some-ended": (
        [ONE, WARNED],
        [a_notice(what="resolved"), a_notice("db1", "ended", level="warning")],
        "over: silent: web1, db1, was critical for up to 2m",
    ),
    "well-for-a-while-and-bad-again": (
        [ONE],
        [a_notice(what="resolved"), a_notice(at=NOON + 9, episode="the next")],
        "CRITICAL: silent: web1: age was 120, limit 90, since 11:58 UTC (2m)",
    ),
    "over-before-it-was-told": (
        [],
        [ONE, a_notice(what="resolved")],
        "CRITICAL, then OK again: silent: web1, critical for 2m",
    ),
    "without-reason": ([], [a_notice(why="")], "CRITICAL: silent: web1, since 11:58 UTC (2m)"),
    "a-name-that-would-turn-the-line": (
        [],
        [a_notice("web\u202e1\n", why="")],
        "CRITICAL: silent: web?1?, since 11:58 UTC (2m)",
    ),
}


@pytest.mark.parametrize(("told", "changes", "expected"), CASES.values(), ids=CASES)
def test_a_title_reads(told: list[Notice], changes: list[Notice], expected: str) -> None:
    assert said(told, changes) == expected


def test_a_title_is_short_whatever_is_in_it() -> None:
    endless = [a_notice("x" * 300, rule=f"{place}" * 200, why="y" * 900) for place in range(9)]

    assert len(title(endless, endless, NOON).encode()) <= TITLE_BYTES
    assert len(title(endless[:1], endless, NOON).encode()) <= TITLE_BYTES


def test_the_overview_says_what_fires_beside_what_is_new() -> None:
    _, incident = tell(QUEUE, None, many(41), NOON)

    message, _ = tell(QUEUE, incident, [a_notice("web0", "resolved")], NOON)

    assert message.overview == f"CRITICAL: silent: 40 components on 3 hosts; first web1: {MUCH}"


def test_an_alert_is_one_line_of_a_list() -> None:
    assert line_of(ONE, NOON) == "web1: age was 120, limit 90, for 2m"
    assert ended_line(a_notice(what="resolved")) == "web1 is well, was critical for 2m"
    well = a_notice(what="resolved", present="value is 4 now")
    assert ended_line(well) == "web1 is well, was critical for 2m: value is 4 now"
    ended = a_notice(what="ended", why="it was retired")
    assert ended_line(ended) == "web1: it was retired; it was critical for 2m"


@pytest.mark.parametrize("place", range(85, 112))
def test_a_long_reason_ends_at_a_word(place: int) -> None:
    """Of "cannot", "can..." would say the opposite."""
    why = f"{'x' * place} cannot reach the broker at all, and has written nothing for an hour"

    text = said([], [a_notice(why=why)])

    cut = text.partition("...")[0]
    assert cut.split()[-1] in why.split()
    assert text.endswith("..., since 11:58 UTC (2m)")


def test_a_name_without_an_end_is_cut_within() -> None:
    assert "x" * 60 in said([], [a_notice("x" * 300)])
