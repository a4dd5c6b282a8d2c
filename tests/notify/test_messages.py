"""What becomes of what a core says, before a channel says it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from blinkenlights.alert.channels.wording import plain_text
from blinkenlights.alert.message import Message
from blinkenlights.notify.macros import WELL, notification_of
from blinkenlights.notify.messages import incident_of, message_of
from blinkenlights.notify.remembering import OLDEST, Remembered, remember, remembered
from notify.notifications import BY_ANN, HOST, RECOVERY, SERVICE

NOON = 1_764_331_200.0


def said(environment: Mapping[str, str], known: Remembered | None = None) -> Message:
    """Return the message of a notification."""
    return message_of(notification_of(environment), known, NOON, "slack")


@pytest.mark.parametrize(
    ("macros", "text"),
    [
        (HOST, "DOWN: web1: gone"),
        (HOST | {"HOSTSTATE": "UP", "NOTIFICATIONTYPE": "RECOVERY"}, "UP: web1: gone"),
        (
            SERVICE | {"NOTIFICATIONTYPE": "ACKNOWLEDGEMENT"} | BY_ANN,
            "web1: HTTP (CRITICAL): acknowledged by ann: new disk",
        ),
        (
            SERVICE | {"NOTIFICATIONTYPE": "DOWNTIMESTART", "SERVICESTATE": "OK"} | BY_ANN,
            "web1: HTTP (OK): downtime begins by ann: new disk",
        ),
        (
            HOST | {"NOTIFICATIONTYPE": "DOWNTIMEEND"},
            "web1 (DOWN): downtime is over",
        ),
        (HOST | {"NOTIFICATIONTYPE": "DOWNTIMECANCELLED"}, "web1 (DOWN): downtime was cancelled"),
        (HOST | {"NOTIFICATIONTYPE": "FLAPPINGSTART"}, "web1 (DOWN): flapping begins"),
        (HOST | {"NOTIFICATIONTYPE": "FLAPPINGSTOP"}, "web1 (DOWN): flapping is over"),
        (HOST | {"NOTIFICATIONTYPE": "FLAPPINGEND"}, "web1 (DOWN): flapping is over"),
        (HOST | {"NOTIFICATIONTYPE": "CUSTOM"} | BY_ANN, "web1 (DOWN): remark by ann: new disk"),
        (SERVICE | {"LASTSERVICESTATECHANGE": "1000000000"}, "limit 1 s, for "),
        (SERVICE | {"LASTSERVICESTATECHANGE": "$LASTSERVICESTATECHANGE$"}, "limit 1 s"),
    ],
)
def test_each_type_of_notification_is_said_in_a_line(macros: dict[str, str], text: str) -> None:
    """Problems, recoveries, acknowledgements, downtimes, flapping, remarks; hosts and services."""
    message = said({f"ICINGA_{name}": text for name, text in macros.items()})

    assert text in message.title
    assert message.state == ("over" if message.changes[0].values["state"] in WELL else "firing")


def test_a_problem_says_what_how_much_since_when_and_against_which_limit() -> None:
    """As the check says it, with the time since when it is so."""
    macros = SERVICE | {"LASTSERVICESTATECHANGE": f"{NOON - 720:.0f}"}
    message = said({f"NAGIOS_{name}": text for name, text in macros.items()})

    assert message.title == "CRITICAL: web1: HTTP: HTTP CRITICAL: 503 in 2 s, limit 1 s, for 12m"
    assert plain_text(message) == (
        "CRITICAL HTTP: web1: HTTP CRITICAL: 503 in 2 s, limit 1 s, for 12m, "
        "since 2025-11-28 11:48:00 UTC\n"
    )


def test_a_recovery_says_how_long_it_was_bad_where_that_is_known() -> None:
    """Cores say only since when it is well."""
    environment = {f"NAGIOS_{name}": text for name, text in (SERVICE | RECOVERY).items()}
    known = Remembered(NOON - 720, "warning", {"ts": "1"})

    assert said(environment, known).title == "OK: web1: HTTP: HTTP OK, was warning for 12m"
    assert said(environment, known).reference == {"ts": "1"}
    assert said(environment).title == "OK: web1: HTTP: HTTP OK"
    assert "is well: HTTP OK" in plain_text(said(environment))


def test_unknown_is_a_warning_and_down_is_critical() -> None:
    """Nobody knows that anything is wrong; its word stays."""
    unknown = said({f"NAGIOS_{n}": t for n, t in (SERVICE | {"SERVICESTATE": "UNKNOWN"}).items()})
    down = said({f"NAGIOS_{name}": text for name, text in HOST.items()})

    assert (unknown.level, down.level) == ("warning", "critical")
    assert unknown.title.startswith("UNKNOWN: web1: HTTP")


def test_hosts_and_services_have_keys_of_their_own() -> None:
    """And keep them, whatever is said of them."""
    service = notification_of({f"NAGIOS_{name}": text for name, text in SERVICE.items()})
    host = notification_of({f"NAGIOS_{name}": text for name, text in HOST.items()})

    assert incident_of(service) == incident_of(service._replace(state="OK", kind="recovery"))
    assert incident_of(service) != incident_of(host)


def test_what_is_remembered_is_forgotten_in_time(tmp_path: Path) -> None:
    """What is too old, or cannot be read, is nothing; so is what is over."""
    problem = Remembered(NOON, "critical", {"ts": "1"})
    remember(tmp_path, "a", problem)

    assert remembered(tmp_path, "a", NOON + 60) == problem
    assert remembered(tmp_path, "a", NOON + OLDEST + 1) is None
    (tmp_path / "a.json").write_text("{")
    assert remembered(tmp_path, "a", NOON) is None
    remember(tmp_path, "a", None)
    remember(tmp_path, "a", None)
    assert list(tmp_path.iterdir()) == []
