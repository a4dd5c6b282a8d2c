"""When endpoints are due, over changes of the clocks in both hemispheres."""

from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest

from blinkenlights.probe.schedule import (
    Cron,
    Every,
    following,
    in_words,
    longest_wait,
    offset_of,
    shortest_period,
)

NOW = 1_764_000_000.0


def moments(expression: str, zone: str, start: str, count: int) -> list[str]:
    """Return the next moments after a local time, as local times with their offset from UTC."""
    where = ZoneInfo(zone)
    after = datetime.fromisoformat(start).replace(tzinfo=where).timestamp()
    found = []
    for _ in range(count):
        after = following(Cron(expression, where), after)
        found.append(datetime.fromtimestamp(after, where).isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    ("expression", "zone", "start", "wanted"),
    [
        pytest.param(
            "30 3 * * *",
            "Europe/Riga",
            "2026-10-24T12:00",
            ["2026-10-25T03:30+03:00", "2026-10-26T03:30+02:00"],
            id="an hour that comes twice runs once, Riga",
        ),
        pytest.param(
            "30 3 * * *",
            "Europe/Riga",
            "2026-03-28T12:00",
            ["2026-03-29T04:00+03:00", "2026-03-30T03:30+03:00"],
            id="an hour that is left out runs right after it, Riga",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00",
            ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
            id="an hour that comes twice runs once, Berlin",
        ),
        pytest.param(
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T12:00",
            ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"],
            id="an hour that is left out runs right after it, Berlin",
        ),
        pytest.param(
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-10-25T01:45",
            [
                "2026-10-25T02:00+02:00",
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:00+01:00",
                "2026-10-25T02:30+01:00",
                "2026-10-25T03:00+01:00",
            ],
            id="each half hour goes on through the hour that comes twice",
        ),
        pytest.param(
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-03-29T01:15",
            ["2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"],
            id="each half hour goes on through the hour that is left out",
        ),
        pytest.param(
            "45 1 * * *",
            "Australia/Lord_Howe",
            "2026-04-04T12:00",
            ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"],
            id="half an hour that comes twice runs once, Lord Howe",
        ),
        pytest.param(
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"],
            id="half an hour that is left out runs right after it, Lord Howe",
        ),
        pytest.param(
            "0 12 * * *",
            "Australia/Lord_Howe",
            "2026-04-04T13:00",
            ["2026-04-05T12:00+10:30"],
            id="noon stays noon, Lord Howe",
        ),
        pytest.param(
            "0 0 * * 0",
            "Europe/Riga",
            "2026-10-24T12:00",
            ["2026-10-25T00:00+03:00", "2026-11-01T00:00+02:00"],
            id="no Sunday is left out",
        ),
    ],
)
def test_cron_over_changes_of_the_clock(
    expression: str, zone: str, start: str, wanted: list[str]
) -> None:
    """Nothing runs twice that runs once a day, and nothing is left out."""
    assert moments(expression, zone, start, len(wanted)) == wanted


@pytest.mark.parametrize("seconds", [1.0, 2.5, 15.0, 60.0, 3600.0, 86400.0])
def test_every_so_many_seconds_follows_from_the_clock_alone(seconds: float) -> None:
    """A prober that is started again is due when it would have been."""
    offset = offset_of("shop", Every(seconds))
    first = following(Every(seconds), NOW, offset)

    assert NOW < first <= NOW + seconds
    assert following(Every(seconds), first - 0.001, offset) == pytest.approx(first)
    assert following(Every(seconds), first, offset) == pytest.approx(first + seconds)


def test_offsets_spread_what_is_due_each_minute() -> None:
    """A thousand endpoints are due all over the minute, each always at the same second."""
    offsets = [offset_of(f"shop{n}", Every(60.0)) for n in range(1000)]

    per_second = [sum(second <= each < second + 1 for each in offsets) for second in range(60)]
    assert max(per_second) < 40
    assert min(per_second) > 3
    assert offset_of("shop1", Every(60.0)) == offsets[1]


def test_an_offset_is_less_than_the_time_between_two_runs() -> None:
    """And less than a minute, so that a daily run is when people expect it."""
    assert all(offset_of(f"e{n}", Every(2.0)) < 2 for n in range(200))
    assert all(offset_of(f"e{n}", Every(86400.0)) < 60 for n in range(200))
    daily = Cron("0 3 * * *", ZoneInfo("UTC"))
    assert all(offset_of(f"e{n}", daily) < 60 for n in range(200))


def test_what_is_never_due_is_refused() -> None:
    """The 30th of February; whoever asks all the same waits for ever."""
    never = Cron("0 0 30 2 *", ZoneInfo("UTC"))

    assert following(never, NOW) == inf
    with pytest.raises(ValueError, match="Bad day-of-month"):
        shortest_period(never, NOW)


def test_the_shortest_time_between_two_runs_is_found() -> None:
    """A probe has to be over by then."""
    assert shortest_period(Cron("0,5 * * * *", ZoneInfo("UTC")), NOW) == 300
    assert shortest_period(Every(7.0), NOW) == 7


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0 0 * * *", 1),
        ("0 0 L * *", 31),
        ("0 0 * * 1#1", 35),
        ("0 0 31 * *", 61),
        ("* * * 1-10 *", 61),
        ("0 0 1 1 *", 365),
    ],
)
def test_the_longest_time_between_two_runs_is_found(expression: str, days: int) -> None:
    """Also where it is not among the next ones."""
    wait = longest_wait(Cron(expression, ZoneInfo("UTC")), datetime(2025, 11, 1))  # noqa: DTZ001

    assert wait == pytest.approx(days * 86400, abs=86400)


def test_schedules_are_said_in_words() -> None:
    """A person can check what was meant."""
    assert in_words(Every(90.0), NOW) == "every 1m 30s"
    assert in_words(Cron("*/5 * * * *", ZoneInfo("Europe/Riga")), NOW) == (
        "Every fifth minute of every hour (Europe/Riga)"
    )
