"""How far an alert is: what counts towards firing, what ends it, and what does neither."""

import pytest

from blinkenlights.rules.rule import Flapping
from rules.histories import EVERY, START, Followed, at, rule

MINUTES = 60.0
FLAPPING = Flapping(times=3, within=20 * MINUTES)

HISTORIES = {
    # name: rule, what came at each look, what happened at it
    "well": (rule(), ".....", "-----"),
    "fires at once without a wait": (rule(), ".w..", "-FR-"),
    "fires when a limit was left for so long": (rule(wait=180), "wwwww", "---F-"),
    "one good look begins the wait anew": (rule(wait=120), "ww.www", "-----F"),
    "what is well but does not recover was no longer bad": (rule(wait=120), "ww,www", "-----F"),
    "a wait goes on while the level changes": (rule(wait=180), "wcwc", "---F"),
    "gets worse when that has held for as long": (rule(wait=120), "wwwccc", "--F--W"),
    "a blip is not worse": (rule(wait=120), "wwwcwcw", "--F----"),
    "worse at once without a wait": (rule(), "wcc", "FW-"),
    "eases when that has held": (rule(keep=120), "cwww", "F--E"),
    "eases at once without a keep": (rule(), "cww", "FE-"),
    "does not ease between two bad looks": (rule(keep=120), "cwcwcw", "F-----"),
    "what has no warning does not ease": (rule(warning=False), "c,,", "F--"),
    "is over when it was well for so long": (rule(keep=120), "c..c...", "F-----R"),
    "is over only when it recovers": (rule(), "c,,.", "FE-R"),
    "what does not recover begins the keep anew": (rule(keep=120), "w..,...", "F-----R"),
    "what is worse, then well": (rule(), "w.c.", "FRFR"),
    "missing is no recovery": (rule(), "wmmmmmmmm.", "F--------R"),
    "missing breaks a recovery": (rule(keep=120), "w..m...", "F-----R"),
    "missing from the start is nothing": (rule(), "mmmm", "----"),
    "missing keeps what is pending, which does not age": (rule(wait=120), "wwmmmmww", "-------F"),
    "missing as a level": (rule(missing="critical"), ".m.", "-FR"),
    "missing as a level waits": (rule(missing="critical", wait=120), "mmm", "--F"),
    "missing as a level gets worse": (rule(missing="critical"), "wm", "FW"),
    "missing as a level never eases": (rule(missing="warning"), "cmmmw", "F---E"),
    "missing as a level counts with a limit": (rule(missing="warning", wait=120), "wmw", "--F"),
    "missing as a level fires what was pending as it was": (
        rule(missing="warning", wait=120),
        "cmmw",
        "--FE",
    ),
    "doubt fires nothing": (rule(), "????", "----"),
    "doubt does not count": (rule(wait=120), "ww????ww", "-------F"),
    "doubt ends nothing": (rule(), "w????.", "F----R"),
    "doubt stops a recovery, which then goes on": (rule(keep=120), "w..????..", "F-------R"),
    "doubt does not count towards worse": (rule(wait=120), "wwwcc?cc", "--F----W"),
    "retired while it fires": (rule(), "we.", "FX-"),
    "retired while it is pending": (rule(wait=120), "wwe", "---"),
    "retired while it is well": (rule(), ".e", "--"),
    "nobody looked: one usual time counts": (rule(wait=240), "ww~ww", "--~-F"),
    "nobody looked: what fires keeps firing": (rule(), "w~w", "F~-"),
    "nobody looked: a recovery is not proven": (rule(keep=300), "w.~.....", "F-~---R-"),
    "forgotten: it fires for an hour": (rule(), "w" + "f" * 62, "F" + "-" * 60 + "X-"),
    "forgotten: doubt does not count": (
        rule(),
        "w" + "f" * 30 + "?" * 99 + "f" * 33,
        "F" + "-" * (30 + 99 + 31) + "X-",
    ),
    "forgotten while it is pending": (rule(wait=9999), "w" + "f" * 61 + "w", "-" * 63),
    "flaps: the third time it stays": (
        rule(flapping=FLAPPING),
        "w.w.w..w" + "." * 11 + ".",
        "FRFRF---" + "-" * 10 + "R-",
    ),
    "fires too seldom to flap": (
        rule(flapping=FLAPPING),
        "w." + "." * 20 + "w.w.",
        "FR" + "-" * 20 + "FRFR",
    ),
    "flaps between two levels": (
        rule(flapping=FLAPPING),
        "wcwcwwww",
        "FWEW----",
    ),
    "what flaps eases late": (
        rule(flapping=FLAPPING),
        "wcwc" + "w" * 11 + "w",
        "FWEW" + "-" * 10 + "E-",
    ),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_what_happens_follows_from_what_came(history: str) -> None:
    """A look each minute; with `~`, nobody looked for an hour."""
    given, looks, wanted = HISTORIES[history]

    assert Followed(given).looks(looks) == wanted


def test_a_wait_counts_from_when_the_limit_was_left() -> None:
    """Not from when somebody began to look."""
    followed = Followed(rule(wait=180))
    followed.looks(".www")

    assert followed.track is not None
    assert followed.track.is_pending
    assert followed.track.since == START + 2 * EVERY


def test_time_in_which_nobody_could_know_is_left_out_of_since_while_it_is_pending() -> None:
    """And is in it when it fires: people want to know since when it is bad."""
    followed = Followed(rule(wait=120))
    followed.looks("w???w")
    assert followed.track is not None
    assert followed.track.since == START + 5 * EVERY

    followed.looks("ww???w")
    assert followed.track.is_firing
    assert followed.track.since == START + 5 * EVERY


def test_it_says_since_when_nothing_comes_and_nobody_can_know() -> None:
    """Each for itself."""
    followed = Followed(rule())
    followed.looks("wmm")
    assert followed.track is not None
    assert (followed.track.missing_since, followed.track.doubtful_since) == (START + 120, 0.0)

    followed.looks("??")
    assert (followed.track.missing_since, followed.track.doubtful_since) == (
        START + 120,
        START + 240,
    )
    followed.looks("w")
    assert (followed.track.missing_since, followed.track.doubtful_since) == (0.0, 0.0)


def test_the_reason_of_what_is_missing_is_that_for_which_it_fired() -> None:
    """What is bad is the limit; that nothing comes is said beside it."""
    followed = Followed(rule())
    followed.looks("wmm")

    assert followed.track is not None
    assert followed.track.why == "value was 120, limit 100"


@pytest.mark.parametrize("back", [90.0, 3600.0, 86_400.0])
def test_a_clock_that_was_set_back_neither_fires_nor_delays(back: float) -> None:
    """What has held for so long has held for so long, whatever the clock says now."""
    followed = Followed(rule(wait=180))
    followed.looks("ww")

    assert followed.look("w", -back).happened is None
    assert followed.look("w").happened is None
    assert followed.look("w").happened == "fired"


def test_a_clock_that_was_set_back_keeps_the_recovery() -> None:
    """And the moment at which it began to fire, by which it is known to others."""
    followed = Followed(rule(keep=180))
    followed.looks("w..")
    assert followed.track is not None
    fired = followed.track.fired

    assert followed.look(".", -3600).happened is None
    assert followed.track.fired == fired
    assert followed.look(".").happened is None
    assert followed.look(".").happened == "resolved"


def test_a_clock_that_jumps_ahead_proves_nothing() -> None:
    """A day passes at once, and two minutes count at most."""
    followed = Followed(rule(wait=600))
    followed.looks("ww")

    assert followed.look("w", 86_400).happened is None


def test_a_store_that_is_behind_counts_only_what_it_has() -> None:
    """Nothing new was stored, so nothing is known to have held for longer."""
    followed = Followed(rule(wait=120))
    followed.look("w", behind=0)
    for behind in (60, 120, 180):
        assert followed.look("w", behind=behind).happened is None
    assert followed.look("w", behind=150).happened is None
    assert followed.look("w", behind=120).happened == "fired"


def test_a_store_that_goes_back_and_forth_counts_no_time_twice() -> None:
    """A source that is behind comes and goes."""
    followed = Followed(rule(wait=120))
    followed.look("w")
    for _ in range(20):
        assert followed.look("w", 1, behind=21).happened is None
        assert followed.look("w", 1, behind=0).happened is None


def test_an_edited_rule_keeps_for_how_long_a_limit_was_left() -> None:
    """A shorter wait that is over fires; a longer one goes on."""
    followed = Followed(rule(wait=600))
    followed.looks("wwww")

    followed.rule = rule(wait=1200)
    assert followed.looks("w") == "-"
    followed.rule = rule(wait=240)
    assert followed.looks("w") == "F"


def test_an_edited_rule_keeps_what_fires() -> None:
    """With a longer wait it fires on; without its limit it eases or stays."""
    followed = Followed(rule())
    followed.looks("c")

    followed.rule = rule(wait=9999)
    assert followed.looks("c") == "-"
    followed.rule = rule(critical=False)
    assert followed.looks("w") == "E"


def test_what_is_over_is_kept_only_where_it_may_flap() -> None:
    """And neither fires nor is pending then; it is forgotten when it cannot flap any more."""
    plain, flapping = Followed(rule()), Followed(rule(flapping=FLAPPING))
    plain.looks("w.")
    assert plain.track is None

    flapping.looks("w.")
    assert flapping.track is not None
    assert flapping.track.over
    assert not flapping.track.is_firing
    assert not flapping.track.is_pending
    flapping.looks("." * 20)
    assert flapping.track is None


def test_retired_things_do_not_flap() -> None:
    """What was over is forgotten at once."""
    followed = Followed(rule(flapping=FLAPPING))
    followed.looks("w.e")

    assert followed.track is None


def test_each_firing_is_another_one() -> None:
    """By the moment at which it began."""
    followed, fired = Followed(rule(flapping=FLAPPING)), set[float]()
    for sign in "w.w.":
        followed.look(sign)
        if followed.track and followed.track.is_firing:
            fired.add(followed.track.fired)

    assert fired == {START + EVERY, START + 3 * EVERY}


def test_a_look_says_why_it_happened() -> None:
    """What, how much, against which limit."""
    followed = Followed(rule(keep=60))

    assert followed.look("w").why == "value was 120, limit 100"
    assert followed.look("c").why == "value was 1200, limit 1000"
    assert followed.look("e").why == "retired"


def test_a_look_from_ahead_of_the_clock_counts_up_to_the_clock() -> None:
    """Nothing is judged up to a moment that has not come."""
    followed = Followed(rule())
    followed.look("w", behind=-9999)

    assert followed.track is not None
    assert followed.track.looked == START + EVERY
    assert at(5).now == START + 5
