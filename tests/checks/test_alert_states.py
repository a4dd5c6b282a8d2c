"""check_alert: each state, with what line 1 says of it."""

from typing import Any

import pytest

from blinkenlights.kinds.alert import keys
from servers.simulated_alerts import SimulatedAlerts


def test_people_would_be_told(alerts: SimulatedAlerts) -> None:
    """OK says what was evaluated, when and by whom, and when the canary arrived."""
    alerts.evaluation()
    alerts.canary(sent=30, stored=29, judged=25, notified=20)

    said = alerts.ask()

    assert said.text == (
        "ALERT OK: 12 rules evaluated for 340 things 5s ago by alert-berlin, 0 messages waiting, "
        "canary told of 20s ago | age=5s;;;0 waiting=0;;;0 overdue=0s;120;900;0 failing=0;;;0 "
        "dead=0;;;0 rules=12;;;0 things=340;;;0 evaluation=0.031s;;;0 canary_sent=30s;;;0 "
        "canary_stored=29s;;;0 canary_judged=25s;;;0 canary_notified=20s;;;0"
    )


def test_no_rule_is_evaluated_any_more(alerts: SimulatedAlerts) -> None:
    """That is critical: nobody is told of anything."""
    alerts.evaluation(age=61)

    said = alerts.ask()

    assert said.code == 2
    assert said.summary == (
        "no rule was evaluated for 1m 1s, limit 1m, so nobody is told of anything: does "
        "blinkenlights alert run?"
    )


def test_no_rule_was_ever_evaluated(alerts: SimulatedAlerts) -> None:
    said = alerts.ask()

    assert (said.code, said.summary) == (
        3,
        "no rule was ever evaluated; start it with: blinkenlights alert",
    )
    assert alerts.ask("--missing ok").code == 0


def test_a_message_waits_for_too_long(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.due("oncall", late=121)
    assert alerts.ask().state == "WARNING"

    alerts.due("oncall", late=901)

    said = alerts.ask()
    assert said.state == "CRITICAL"
    assert said.summary == "a message to oncall is overdue by 15m 1s, limit 15m"


def test_a_message_that_is_not_due_yet_is_no_trouble(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.due("oncall", late=-600)

    assert alerts.ask().state == "OK"


def test_a_receiver_that_fails_is_a_warning_with_its_error(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.fails("chat", "Slack answered 503")

    said = alerts.ask()

    assert said.state == "WARNING"
    assert said.summary == "receiver chat fails for 5m, tried 4 times: Slack answered 503"


def test_a_receiver_that_asked_for_a_rest_is_said_to_rest(alerts: SimulatedAlerts) -> None:
    """A day of `Retry-After` is a day in which nobody is told there."""
    alerts.evaluation()
    alerts.fails("chat", "Slack answered 429")
    alerts.rests("chat", 86_100)
    rest = ", which asked for a rest of another 23h 55m"

    said = alerts.ask()

    assert said.summary == (f"receiver chat fails for 5m, tried 4 times{rest}: Slack answered 429")
    alerts.due("chat", late=901)
    assert f"a message to chat{rest}, is overdue by 15m 1s" in alerts.ask().summary


def test_a_rest_alone_is_no_trouble(alerts: SimulatedAlerts) -> None:
    """One of a second is the pace of a receiver; one that is over is none."""
    alerts.evaluation()
    alerts.rests("chat", 60)
    alerts.rests("pager", 1)
    alerts.rests("mail", -60)

    said = alerts.ask()

    assert said.state == "OK"
    assert said.summary.endswith(
        " 0 messages waiting; chat asked for a rest until 2026-09-21 14:14:20 UTC"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "yesterday"),
        ("at", None),
        ("every", [15]),
        ("by", 5),
        ("rules", "many"),
        ("things", {}),
        ("seconds", "0.1s"),
        ("problems", "x"),
        ("problems", [1]),
        ("receivers", None),
    ],
)
def test_what_another_wrote_in_place_of_the_evaluation_is_named(
    alerts: SimulatedAlerts,
    field: str,
    value: Any,  # noqa: ANN401 - what JSON has
) -> None:
    """JSON of ours with something else in one field is UNKNOWN, and no traceback."""
    alerts.evaluation(**{field: value})

    said = alerts.ask("-v --json" if field == "by" else "-v")

    assert said.code == 3
    assert f"{keys.EVALUATION} holds something that is not ours" in said.text


def test_a_receiver_that_takes_none_of_several_messages_fails_once(
    alerts: SimulatedAlerts,
) -> None:
    alerts.evaluation()
    alerts.fails("chat", "Slack answered 503", rule="x")
    alerts.fails("chat", "Slack answered 502", rule="y", times=2, since=60.0)

    said = alerts.ask()

    assert said.summary == "receiver chat fails for 5m, tried 4 times: Slack answered 503"


def test_dead_letters_are_a_warning_for_a_day(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.dead("chat", "Slack answered channel_not_found", title="CRITICAL: web1 silent")

    said = alerts.ask("-v")

    assert said.state == "WARNING"
    assert said.summary == (
        "1 message could not be delivered in the last day, the last one to chat: Slack answered "
        "channel_not_found"
    )
    assert "CRITICAL: web1 silent" in said.details[0]


def test_a_dead_letter_of_the_day_before_is_history(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.dead("chat", "x", age=86_401)

    assert alerts.ask().state == "OK"


def test_a_canary_that_does_not_arrive_is_critical_and_says_how_far_it_came(
    alerts: SimulatedAlerts,
) -> None:
    alerts.evaluation()
    alerts.canary(sent=10, stored=9, judged=400, notified=399)

    said = alerts.ask()

    assert said.state == "CRITICAL"
    assert said.summary == (
        "the canary was not told of for 6m 39s: it is stored and not judged, limit 5m"
    )


def test_a_canary_that_is_not_sent_any_more_is_critical(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.canary(sent=400, stored=399, judged=398, notified=397)

    assert "it is not even sent" in alerts.ask().summary


def test_without_a_canary_none_is_missed(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()

    assert alerts.ask().state == "OK"


def test_bad_files_are_a_warning(alerts: SimulatedAlerts) -> None:
    alerts.evaluation(problems=["queues.yml line 7: there is no valu"])

    said = alerts.ask()

    assert (said.code, said.summary) == (1, "queues.yml line 7: there is no valu")


def test_programs_get_everything(alerts: SimulatedAlerts) -> None:
    alerts.evaluation()
    alerts.fails("chat", "503")

    facts = alerts.ask("--json").json

    assert facts["evaluation"]["by"] == "alert-berlin"
    assert facts["failing"][0]["receiver"] == "chat"
