"""check_rule: each state, with what line 1 says of it."""

from typing import Any

import pytest

from blinkenlights.kinds.alert import keys
from servers.simulated_alerts import SimulatedAlerts

QUEUE = "queue is long"


def test_a_rule_holds(alerts: SimulatedAlerts) -> None:
    """OK says for how many things it holds, and when that was found."""
    alerts.rule(QUEUE)

    said = alerts.ask_rules()

    assert said.text == (
        "RULE OK: rule queue is long holds for 40 things; evaluated 5s ago | rules=1;;;0 "
        "things=40;;;0 firing=0;;;0 critical=0;;;0 warning=0;;;0 pending=0;;;0 missing=0;;;0 "
        "unheard=0;;;0 stale=0;;;0 age=5s;;;0"
    )


def test_several_rules_hold(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    alerts.rule("disk full", age=14)

    said = alerts.ask_rules()

    assert (said.code, said.summary) == (0, "2 rules hold for 80 things; evaluated 14s ago")


@pytest.mark.parametrize(("level", "code"), [("warning", 1), ("critical", 2)])
def test_what_fires_is_what_its_rule_says(alerts: SimulatedAlerts, level: str, code: int) -> None:
    """It says what, how much, against which limit, and since when."""
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1.queue", level)  # type: ignore[arg-type]

    said = alerts.ask_rules()

    assert said.code == code
    assert said.summary == "queue is long: web1.queue: value was 120, limit 100, for 12m"


def test_line_1_names_three_and_counts_the_others(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    for number in range(5):
        alerts.alert(QUEUE, f"web{number}", since=600 + number, why="9 of 5")

    said = alerts.ask_rules("-v")

    assert said.summary == (
        "queue is long: web4: 9 of 5, for 10m 4s; queue is long: web3: 9 of 5, for 10m 3s; "
        "queue is long: web2: 9 of 5, for 10m 2s; 2 more critical"
    )
    assert len(said.details) == 5
    assert said.details[0].endswith("for 10m 4s; told oncall")


def test_who_takes_care_of_what_fires_is_said_in_its_line(alerts: SimulatedAlerts) -> None:
    """Whoever comes second leaves it to the first."""
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1.queue")
    alerts.alert(QUEUE, "web2.queue", since=60)
    alerts.acknowledged(QUEUE, "web1.queue", "ann", reason="rebooting")

    said = alerts.ask_rules("-v")

    assert said.code == 2
    assert [line.rpartition("; ")[2] for line in said.details] == [
        "acknowledged by ann: rebooting",
        "told oncall",
    ]


def test_what_is_pending_is_no_trouble_yet_and_is_said(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1.queue", since=60, fired=None)

    said = alerts.ask_rules()

    assert said.code == 0
    assert said.summary == (
        "rule queue is long holds for 40 things; 1 pending, first queue is long: web1.queue: "
        "value was 120, limit 100, for 1m; evaluated 5s ago"
    )


def test_a_rule_that_was_not_evaluated_is_unknown_whatever_it_was_before(
    alerts: SimulatedAlerts,
) -> None:
    """Neither is a dead evaluator shown as OK, nor does it keep anything critical."""
    alerts.rule(QUEUE, age=61)
    alerts.alert(QUEUE, "web1.queue")
    alerts.rule("disk full", age=61)

    said = alerts.ask_rules()

    assert said.code == 3
    assert said.summary == (
        "2 rules were not evaluated for 1m 1s, limit 1m, 1 alert fired then: queue is long, disk "
        "full: does blinkenlights alert run?"
    )


def test_a_rule_that_is_evaluated_seldom_is_stale_after_three_of_its_intervals(
    alerts: SimulatedAlerts,
) -> None:
    alerts.rule(QUEUE, every=60.0, age=180)
    assert alerts.ask_rules().code == 0

    alerts.rule(QUEUE, every=60.0, age=181)
    assert alerts.ask_rules().code == 3


def test_what_nobody_could_hear_is_unknown_with_the_reason(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE, doubtful=12, doubt="the broker is away for 2m")

    said = alerts.ask_rules()

    assert said.code == 3
    assert said.summary == (
        "rule queue is long cannot be judged for 12 of 40 things: the broker is away for 2m"
    )


def test_what_sends_nothing_is_unknown(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE, missing=7, missing_names=["a", "b", "c"])

    said = alerts.ask_rules()

    assert said.code == 3
    assert said.summary == (
        "rule queue is long has nothing to judge of a, b, c and 4 more: nothing came"
    )


def test_a_rule_that_is_about_nothing_is_unknown(alerts: SimulatedAlerts) -> None:
    """A name with a typing error must not be a service that is green for ever."""
    alerts.rule(QUEUE, things=0)

    said = alerts.ask_rules()

    assert said.code == 3
    assert said.summary == "rule queue is long is about nothing: no metric is selected by it"


def test_what_fires_outranks_what_is_not_known(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE, doubtful=12, doubt="the broker is away")
    alerts.alert(QUEUE, "web1.queue")

    assert alerts.ask_rules().code == 2


def test_what_fired_and_sends_nothing_any_more_still_fires(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE, missing=1, missing_names=["web1.queue"])
    alerts.alert(QUEUE, "web1.queue", track={"missing_since": alerts.now - 3600})

    said = alerts.ask_rules()

    assert said.code == 2
    assert "value was 120, limit 100, nothing came for 1h, for 12m" in said.summary


def test_what_is_over_and_remembered_is_neither_bad_nor_pending(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1.queue", fired=None, track={"over": alerts.now - 60})

    assert alerts.ask_rules().summary == "rule queue is long holds for 40 things; evaluated 5s ago"


def test_a_file_that_cannot_be_read_is_a_warning(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE, problem="queues.yml line 7: there is no valu; did you mean value?")

    said = alerts.ask_rules()

    assert said.code == 1
    assert said.summary == "queues.yml line 7: there is no valu, did you mean value?"


def test_a_rule_that_nobody_knows_is_unknown(alerts: SimulatedAlerts) -> None:
    nothing = alerts.ask_rules()
    alerts.rule(QUEUE)
    other = alerts.ask_rules("disk")

    assert (nothing.code, other.code) == (3, 3)
    assert nothing.summary == "no rule was evaluated; start it with: blinkenlights alert"
    assert other.summary == (
        "no rule disk was evaluated; does a file have it, and does blinkenlights alert run?"
    )
    assert alerts.ask_rules("disk --missing ok").code == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "yesterday"),
        ("things", "many"),
        ("missing_names", [1]),
        ("limits", {"critical": 1}),
        ("limits", "x"),
        ("line", None),
        ("severity", 1),
    ],
)
def test_what_another_wrote_of_a_rule_is_named(
    alerts: SimulatedAlerts,
    field: str,
    value: Any,  # noqa: ANN401 - what JSON has
) -> None:
    """JSON of ours with something else in one field is UNKNOWN, and no traceback."""
    alerts.rule("disk full")
    alerts.rule(QUEUE, **{field: value})

    said = alerts.ask_rules("-v")

    assert said.code == 3
    assert f"cannot be read: {keys.RULES} {QUEUE}" in said.text


@pytest.mark.parametrize(
    "track",
    [{"since": "x"}, {"fired": None}, {"values": 5}, {"level": 1}, {"why": []}, {"over": "late"}],
)
def test_what_another_wrote_of_an_alert_is_named(
    alerts: SimulatedAlerts, track: dict[str, object]
) -> None:
    """It may be one that fires."""
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1", track=track)

    said = alerts.ask_rules("-v")

    assert said.code == 3
    assert f"cannot be read: {keys.RECORDS} {QUEUE} web1" in said.text


def test_a_glob_chooses_rules(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    alerts.rule("disk full")
    alerts.alert("disk full", "db1")

    assert alerts.ask_rules("'queue*'").code == 0
    assert alerts.ask_rules("--rule 'd*'").code == 2


def test_thresholds_count_what_fires_in_place_of_what_rules_say(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1")
    alerts.alert(QUEUE, "web2")

    assert alerts.ask_rules("-w 2 -c 5").code == 0
    assert alerts.ask_rules("-w 1 -c 5").code == 1
    assert alerts.ask_rules("-w 0 -c 1").code == 2


def test_a_name_that_means_something_to_a_core_does_no_harm(alerts: SimulatedAlerts) -> None:
    alerts.rule("a|b")
    alerts.alert("a|b", "$(rm)\x1b[31m", why="`x` | y=1")

    said = alerts.ask_rules()

    assert said.text.count("|") == 1
    assert "\x1b" not in said.text


def test_programs_get_every_value(alerts: SimulatedAlerts) -> None:
    alerts.rule(QUEUE)
    alerts.alert(QUEUE, "web1", track={"values": {"value": 120.0}})

    [rule] = alerts.ask_rules("--json").json["rules"]

    assert (rule["rule"], rule["state"]) == (QUEUE, "firing")
    assert rule["alerts"][0]["values"] == {"value": 120.0}
