"""`blinkenlights alert` by hand, and as a process from files to a receiver that takes messages."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.store import layout
from commands.calling import Command, Start
from servers.simulated_alerts import SimulatedAlerts
from servers.valkey import Valkey
from servers.waiting import wait_until

QUEUE = "queue is long: web1.queue"


def test_an_alert_that_fires_is_acknowledged(
    alerts: SimulatedAlerts, valkey: Valkey, command: Command
) -> None:
    """It says which, and is a mark on curves with its author."""
    alerts.rule("queue is long")
    alerts.alert("queue is long", "web1.queue")

    found = command("alert", "acknowledge", QUEUE, "--reason", "disk", "--redis", valkey.url)

    assert (found.code, found.out) == (0, f"acknowledged: {QUEUE}\n")
    [mark] = [json.loads(each) for each in valkey.client().lrange(layout.ANNOTATIONS, 0, -1)]
    assert mark["text"] == f"acknowledged {QUEUE}: disk"
    assert mark["by"]


def test_a_glob_acknowledges_several_and_a_name_that_does_not_fire_is_said(
    alerts: SimulatedAlerts, valkey: Valkey, command: Command
) -> None:
    alerts.alert("queue is long", "web1.queue")
    alerts.alert("queue is long", "web2.queue")
    alerts.alert("queue is long", "pending", fired=None)

    found = command("alert", "acknowledge", "queue*", "disk: x", "--json", "--redis", valkey.url)

    assert found.code == 1
    assert json.loads(found.out) == {
        "acknowledged": [QUEUE, "queue is long: web2.queue"],
        "unknown": ["disk: x"],
    }


def test_who_mistypes_an_alert_is_told_what_fires(
    alerts: SimulatedAlerts, valkey: Valkey, command: Command
) -> None:
    words = ("alert", "acknowledge", "queue is long", "--redis", valkey.url)
    nothing = command(*words)
    alerts.alert("queue is long", "web1.queue")

    found = command(*words)

    said = "nothing fires that is called queue is long; what fires:"
    assert (nothing.code, nothing.out) == (1, f"{said} nothing at all\n")
    assert (found.code, found.out) == (1, f"{said} {QUEUE}\n")


def test_a_silence_is_made_listed_and_taken_back(valkey: Valkey, command: Command) -> None:
    store = ("--redis", valkey.url)
    made = command("alert", "silence", "thing=web*", "--for", "2h", "--json", *store)
    name = json.loads(made.out)["id"]

    listed = command("alert", "silences", *store)
    taken = command("alert", "unsilence", name, *store)

    assert "thing=web*" in listed.out
    assert (taken.code, taken.out) == (0, "silenced no more: thing=web*\n")
    assert command("alert", "silences", *store).out == "nothing is silenced\n"


@pytest.mark.parametrize(
    "words",
    [("thing", "--for", "2h"), ("thing=x",), ("thing=x", "--for", "0s"), ("thing=", "--for", "1h")],
)
def test_a_silence_that_is_not_clear_is_refused(
    valkey: Valkey, command: Command, words: tuple[str, ...]
) -> None:
    assert command("alert", "silence", *words, "--redis", valkey.url).code == 2


def test_who_silences_an_alert_by_its_name_is_told_how(valkey: Valkey, command: Command) -> None:
    found = command("alert", "silence", QUEUE, "--for", "1h", "--redis", valkey.url)

    assert "write KEY=GLOB, such as rule='queue is long' thing='web1.queue'" in found.err


def test_a_silence_that_is_not_there_is_said(valkey: Valkey, command: Command) -> None:
    found = command("alert", "unsilence", "nothing", "--redis", valkey.url)

    assert found.code == 2
    assert "there is no silence 'nothing'" in found.err


def test_nobody_was_told_of_anything(valkey: Valkey, command: Command) -> None:
    assert command("alert", "history", "--redis", valkey.url).out == "nobody was told of anything\n"
    assert command("alert", "dead", "--redis", valkey.url).out == "everything was delivered\n"


@pytest.mark.parametrize("action", ["history", "dead"])
def test_what_one_receiver_was_told_is_found_behind_what_others_were(
    alerts: SimulatedAlerts, valkey: Valkey, command: Command, action: str
) -> None:
    """The newest of its own, however much others were told since."""
    for place in range(3):
        alerts.told(QUEUE, receiver="boss", how="failed", error=f"{500 + place}")
        alerts.dead("boss", f"{500 + place}", title=QUEUE)
    for _ in range(60):
        alerts.told(QUEUE, receiver="chat")
        alerts.dead("chat", "503", title=QUEUE)

    def listed(*words: str) -> list[str]:
        found = command("alert", action, *words, "--redis", valkey.url)
        return str(found.out).splitlines()[1:]

    boss = listed("--receiver", "boss", "--most", "2")
    assert ["boss" in line and QUEUE in line for line in boss] == [True, True]
    assert [line.split()[-1] for line in boss] == ["502", "501"]
    assert len(listed()) == 50


def test_no_folder_of_rules_is_said(command: Command) -> None:
    found = command("alert")

    assert found.code == 1
    assert "alert.rules is not set" in found.err


def test_what_fires_is_told_and_its_end_as_well(
    start: Start,
    state: Path,
    tmp_path: Path,
    told: tuple[str, list[dict[str, Any]]],
) -> None:
    """From a file of rules, by way of a socket, the store and the outbox, to a receiver."""
    address, messages = told
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "queues.yml").write_text(
        f"receivers:\n  ops: {{webhook: {{url: '{address}'}}}}\n"
        "routes:\n  - {tell: ops, gather: 0s}\n"
        "queue is long:\n  metric: '*.queue'\n  critical: value > 100\n  missing: keep\n"
    )
    config = tmp_path / "up.toml"
    config.write_text(f'[collector]\nname = "up"\n[alert]\nrules = "{rules}"\nevery = 1\n')
    up = start("up", "--config", str(config), "--state", str(state))
    lines = state / "lines.sock"
    wait_until(lines.exists, "the socket", seconds=30)

    def sends(value: int) -> None:
        metric = {"kind": "metric", "name": "web.queue", "value": value, "time": wall_clock()}
        with socket.socket(socket.AF_UNIX) as sending:
            sending.connect(str(lines))
            sending.sendall(json.dumps(metric).encode() + b"\n")

    sends(120)
    up.wait_for(lambda: len(messages) == 1, "the first message", 30)
    sends(20)
    up.wait_for(lambda: len(messages) == 2, "the second message", 30)

    assert [message["state"] for message in messages] == ["firing", "over"]
    assert "value was 120, limit 100" in messages[0]["title"]
    assert messages[1]["title"].endswith(": value is 20 now")
    assert messages[0]["incident"] == messages[1]["incident"]
    up.process.terminate()
    assert up.process.wait(30) == 0
