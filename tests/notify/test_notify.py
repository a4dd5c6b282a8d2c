"""The notification commands, run as a core runs them, against services that behave as theirs do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from blinkenlights.notify.options import settings_of
from blinkenlights.rules.files.channel_forms import CHANNELS
from notify.notifications import BY_ANN, RECOVERY, SERVICE
from servers.heard import served_in_thread
from servers.mailboxes import mail_server
from servers.simulated_pagerduty import KEY, PagerDutyService
from servers.simulated_slack import TOKEN, Slack

LIB = Path(__file__).parents[2] / "lib"


def notify(
    channel: str,
    macros: Mapping[str, str],
    *options: str,
    prefix: str = "NAGIOS_",
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command with these macros."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(LIB)} | variables
    environment |= {f"{prefix}{name}": text for name, text in macros.items()}
    code = f"from blinkenlights.notify import {channel}; raise SystemExit({channel}())"
    return subprocess.run(
        [sys.executable, "-c", code, *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def is_said(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether it was said, without a word."""
    return (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("prefix", ["NAGIOS_", "ICINGA_"])
def test_slack_keeps_one_message_for_a_problem(tmp_path: Path, prefix: str) -> None:
    """With a folder, what happens to a problem changes its message and stands in its thread."""
    (tmp_path / "token").write_text(TOKEN)
    with served_in_thread(slack := Slack()):
        options = ["--channel", "#ops", "--url", slack.api, "--state", str(tmp_path)]
        options += ["--token-file", str(tmp_path / "token")]
        for more in ({}, {"NOTIFICATIONTYPE": "ACKNOWLEDGEMENT", **BY_ANN}, RECOVERY):
            assert is_said(notify("slack", SERVICE | more, *options, prefix=prefix))

    (root,) = slack.roots
    assert root.text.startswith("OK: web1: HTTP: HTTP OK")
    assert slack.replies[0].text == "HTTP: web1: acknowledged by ann: new disk"
    assert root.edits == 2
    assert [each.name for each in tmp_path.iterdir()] == ["token"]


def test_without_a_folder_each_notification_is_a_message() -> None:
    """As by a webhook of Slack, whose URL is in a variable."""
    with served_in_thread(slack := Slack()):
        for more in ({}, RECOVERY):
            done = notify("slack", SERVICE | more, BLINKENLIGHTS_SLACK_WEBHOOK=slack.hook)
            assert is_said(done)

    assert [each.text for each in slack.roots] == [
        "CRITICAL: web1: HTTP: HTTP CRITICAL: 503 in 2 s, limit 1 s",
        "OK: web1: HTTP: HTTP OK",
    ]


def test_pagerduty_has_one_key_for_a_service() -> None:
    """Trigger, acknowledge, resolve; the next problem is a new alert with the same key."""
    with served_in_thread(service := PagerDutyService()):
        for more in ({}, {"NOTIFICATIONTYPE": "ACKNOWLEDGEMENT", **BY_ANN}, RECOVERY, {}):
            done = notify(
                "pagerduty",
                SERVICE | more,
                "--url",
                service.url,
                BLINKENLIGHTS_PAGERDUTY_ROUTING_KEY=KEY,
            )
            assert is_said(done)

    ((old, new),) = service.alerts.values()
    actions = [each["event_action"] for each in old.events]
    assert actions == ["trigger", "acknowledge", "resolve"]
    assert (new.state, new.payload["severity"]) == ("triggered", "critical")
    assert (new.payload["source"], new.payload["class"]) == ("web1", "HTTP")
    assert service.dropped == []


@pytest.mark.parametrize(
    ("kind", "state", "action"),
    [
        ("DOWNTIMESTART", "CRITICAL", None),
        ("DOWNTIMEEND", "OK", "resolve"),
        ("FLAPPINGSTART", "CRITICAL", None),
        ("FLAPPINGSTOP", "OK", "resolve"),
        ("FLAPPINGSTOP", "CRITICAL", "trigger"),
        ("CUSTOM", "CRITICAL", None),
    ],
)
def test_pagerduty_gets_no_remarks_and_every_end(kind: str, state: str, action: str | None) -> None:
    """Cores keep quiet about a recovery in a downtime or while it flaps: it is resolved later."""
    with served_in_thread(service := PagerDutyService()):
        macros = SERVICE | {"NOTIFICATIONTYPE": kind, "SERVICESTATE": state}
        variables = {"BLINKENLIGHTS_PAGERDUTY_ROUTING_KEY": KEY}
        done = notify("pagerduty", macros, "--url", service.url, **variables)

    actions = [json.loads(each.body)["event_action"] for each in service.requests]
    assert done.returncode == 0
    assert actions == ([action] if action else [])


def test_a_busy_service_is_waited_for_while_there_is_time() -> None:
    """No core starts a command again: it tries until its limit."""
    with served_in_thread(slack := Slack()):
        slack.answers_next(429, Retry_After="0")
        slack.answers_next(503)
        assert is_said(notify("slack", SERVICE, BLINKENLIGHTS_SLACK_WEBHOOK=slack.hook))

        slack.answers_next(429, Retry_After="600")
        late = notify("slack", SERVICE, BLINKENLIGHTS_SLACK_WEBHOOK=slack.hook)

    assert len(slack.roots) == 1
    assert late.returncode == 1
    assert late.stderr == "notify_slack: Slack at 127.0.0.1 answered 429 Too Many Requests\n"


def test_mails_of_a_problem_are_a_thread(tmp_path: Path) -> None:
    """And each is its own, also when a core notifies the same problem again."""
    with mail_server() as box:
        options = ["--to", "a@example.net", "--to", "b@example.net", "--from", "us@example.net"]
        options += ["--server", f"smtp://127.0.0.1:{box.port}", "--state", str(tmp_path)]
        for more in ({}, {}, RECOVERY):
            assert is_said(notify("email", SERVICE | more, *options))

    assert len({mail["Message-ID"] for mail in box.mails}) == 3
    assert len({mail["References"] for mail in box.mails}) == 1
    assert box.mails[0]["To"] == "a@example.net, b@example.net"
    assert re.fullmatch(r"OK: web1: HTTP: HTTP OK(, was critical for .*)?", box.mails[2]["Subject"])


@pytest.mark.parametrize(
    ("channel", "macros", "options", "code", "sentence"),
    [
        ("slack", {}, ["--channel", "#ops"], 3, "notify_slack: no macros: a monitoring core"),
        ("slack", {"NOTIFICATIONTYPE": "X"}, [], 3, "NAGIOS_NOTIFICATIONTYPE is X, which is no"),
        ("slack", {"NOTIFICATIONTYPE": "PROBLEM"}, [], 3, "NAGIOS_HOSTNAME or NAGIOS_HOSTSTATE"),
        ("slack", SERVICE, [], 1, "notify_slack: slack: token: is missing"),
        ("pagerduty", SERVICE, [], 3, "--routing-key-file is missing, or the variable"),
        ("pagerduty", SERVICE, ["--routing-key-file", "/nowhere"], 1, "/nowhere cannot be read"),
        ("slack", SERVICE, ["--nope"], 3, "unrecognized arguments: --nope"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    channel: str, macros: dict[str, str], options: list[str], *, code: int, sentence: str
) -> None:
    """On the channel that cores log, with an exit code that tells usage from failure."""
    done = notify(channel, macros, "--timeout", "1", *options)

    assert done.returncode == code
    assert sentence in done.stderr.splitlines()[-1]
    assert done.stdout == ""


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_setting_of_a_channel_is_an_option(channel: str) -> None:
    """With its help; what is secret is a file."""
    help_text = notify(channel, {}, "--help").stdout
    flags = set(re.findall(r"^  (--[a-z-]+)", help_text, re.MULTILINE))

    assert {each.flag for each in settings_of(channel)} <= flags
    assert all(f"--{key.replace('_', '-')}" not in flags for key in CHANNELS[channel].secret)
