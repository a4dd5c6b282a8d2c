"""When nobody is told of what fires."""

from collections import Counter

import pytest
from cronsim import CronSim

from alert.records import NOON, a_record
from blinkenlights.alert import holding
from blinkenlights.alert.holding import (
    Firing,
    explained,
    in_maintenance,
    is_quiet,
    silenced,
    time_left,
)
from blinkenlights.alert.matching import attribute
from blinkenlights.alert.record import Record
from blinkenlights.alert.silence import Silence
from blinkenlights.rules.receiver import Maintenance, Quiet
from blinkenlights.rules.rule import Dependency

HOUR = 3600.0


def a_silence(**match: str) -> Silence:
    return Silence(
        id="1", match=match, by="anna", at=NOON, start=NOON, end=NOON + HOUR, reason="new disks"
    )


def nightly(**match: str) -> Maintenance:
    return Maintenance("backup", match or {"thing": "*"}, "0 2 * * *", "Europe/Riga", HOUR)


def test_a_silence_says_whose_it_is_how_long_it_lasts_and_why() -> None:
    words = silenced(a_record("web1"), [a_silence(thing="web*")], NOON + 600)

    assert words == "silenced by anna for another 50m: new disks"


@pytest.mark.parametrize(
    ("match", "at"),
    [({"thing": "db*"}, 0.0), ({"thing": "web*"}, HOUR), ({"thing": "web*"}, -1.0)],
    ids=["another-thing", "at-its-end", "before-it-begins"],
)
def test_a_silence_counts_for_what_it_matches_from_its_beginning_until_its_end(
    match: dict[str, str], at: float
) -> None:
    assert silenced(a_record("web1"), [a_silence(**match)], NOON + at) == ""


def test_a_silence_matches_labels_of_the_rule_and_tags_of_the_thing() -> None:
    record = a_record(labels={"team": "web"}, tags={"host": "a1", "team": "other"})

    assert silenced(record, [a_silence(team="web", host="a?")], NOON)
    assert not silenced(record, [a_silence(team="other")], NOON)


@pytest.mark.parametrize(
    ("at", "left"),
    [
        ("2026-01-10T00:00:00+00:00", 3600.0),  # 02:00 in Riga
        ("2026-01-10T00:59:59+00:00", 1.0),
        ("2026-01-10T01:00:00+00:00", 0.0),
        ("2026-01-09T23:59:59+00:00", 0.0),
        ("2026-07-09T23:00:00+00:00", 3600.0),  # the same hour by summer time
    ],
)
def test_a_planned_maintenance_lasts_from_when_its_cron_expression_says(
    at: str, left: float
) -> None:
    from datetime import datetime  # noqa: PLC0415

    assert time_left(nightly(), datetime.fromisoformat(at).timestamp()) == left


def test_a_maintenance_holds_what_it_matches_only() -> None:
    from datetime import datetime  # noqa: PLC0415

    now = datetime.fromisoformat("2026-01-10T00:30:00+00:00").timestamp()

    assert in_maintenance(a_record("web1"), [nightly()], now) == (
        "in maintenance backup for another 30m"
    )
    assert in_maintenance(a_record("web1"), [nightly(thing="db")], now) == ""


@pytest.mark.parametrize(
    ("hour", "days", "is_in"),
    [
        (21, (), False),
        (22, (), True),
        (3, (), True),
        (7, (), False),
        (23, (4,), True),  # Friday evening
        (3, (4,), False),  # the night that began on Thursday
        (3, (3,), True),
    ],
)
def test_quiet_hours_may_lie_past_midnight_and_belong_to_the_day_on_which_they_begin(
    hour: int, days: tuple[int, ...], is_in: bool
) -> None:
    quiet = Quiet(22 * 60, 7 * 60, days)

    assert is_quiet([quiet], NOON + (hour - 12) * HOUR) is is_in


def test_an_alert_is_explained_by_one_with_the_same_tag_and_by_no_other() -> None:
    unless = [Dependency("switch", ("host",))]
    record = a_record("web1", tags={"host": "a"})
    on_a, on_b = (a_record(host, "switch", tags={"host": host}) for host in ("a", "b"))

    assert explained(record, unless, Firing({"switch": [on_b, on_a]})) == "explained by switch: a"
    assert explained(record, unless, Firing({"switch": [on_b]})) == ""
    nowhere = Firing({"switch": [a_record("x", "switch")]})
    assert explained(a_record("web1"), unless, nowhere) == ""


def test_no_alert_explains_itself() -> None:
    record = a_record("web1", "silent")

    assert explained(record, [Dependency("silent")], Firing({"silent": [record]})) == ""


def test_thousands_of_alerts_are_held_without_looking_at_each_pair_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 20,000 that begin at once nobody would be told for minutes."""
    read = Counter[str]()

    def counted(record: Record, name: str) -> str:
        read[name] += 1
        return attribute(record, name)

    monkeypatch.setattr(holding, "attribute", counted)
    down = [a_record(f"web{each}", "down", tags={"host": f"web{each}"}) for each in range(300)]
    silent = [a_record(f"app{each}", tags={"host": f"web{each}"}) for each in range(300)]
    firing = Firing({"down": down, "silent": silent})

    held = [explained(each, [Dependency("down", ("host",))], firing) for each in silent]

    assert held == [f"explained by down: web{each}" for each in range(300)]
    assert read["host"] <= len(down) + len(silent)


def test_when_a_maintenance_began_is_found_once_for_all_alerts_of_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[str]()

    def counted(schedule: str, *given: object, **more: object) -> CronSim:
        asked.append(schedule)
        return CronSim(schedule, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(holding, "CronSim", counted)
    planned = [Maintenance("nightly", {"thing": "web*"}, "17 11 * * *", "UTC", 2 * HOUR)]

    held = {in_maintenance(a_record(f"web{each}"), planned, NOON) for each in range(300)}

    assert held == {"in maintenance nightly for another 1h 17m"}
    assert len(asked) == 1
