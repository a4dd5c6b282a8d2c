"""Real messages, where a folder with samples is at hand: SAMPLES_FOLDER names it."""

import json
import os
from pathlib import Path

from blinkenlights.kinds.fact import Skipped
from blinkenlights.kinds.machine.decode import parse
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.inventory_file import MachineConfig, parse_inventory

FOLDER = Path(os.environ["SAMPLES_FOLDER"]) / "pulse"


def said(event: object) -> object:
    """Return machine, what it did, and whether that shows that it lived."""
    if isinstance(event, MachineEvent):
        return event.machine, event.what, event.is_alive
    return event


def test_real_messages_of_tasks() -> None:
    """Whoever took a task or ended it lives; a task that waits is no machine's."""
    messages = json.loads((FOLDER / "taskcluster_sample.json").read_bytes())

    found = [parse(json.dumps(each["payload"]).encode(), each["exchange"]) for each in messages]

    assert [said(each) for each in found] == [
        Skipped("no worker"),
        ("us-west-1:i-0429b6e2c0ac7474d", "running", True),
        ("us-west-1:i-0da13f5d4e5576fd5", "running", True),
        ("packet-sjc1:machine-39", "completed", True),
        ("us-east-1:i-06c2c7e06fc36c6c5", "completed", True),
    ]


def test_real_messages_of_each_outcome() -> None:
    """That the queue gave a task up is no sign of life."""
    messages = json.loads((FOLDER / "fuzzmanager_pulse_messages.json").read_bytes())

    found = {
        name: parse(json.dumps(body).encode(), f"exchange/taskcluster-queue/v1/{name}")
        for name, body in messages.items()
    }

    assert {name: said(each) for name, each in found.items()} == {
        "task-pending": Skipped("no worker"),
        "task-running": ("us-east1:5287870404102452225", "running", True),
        "task-completed": ("us-east1:3226121097968852402", "completed", True),
        "task-failed": ("us-east1:5287870404102452225", "failed", True),
        "task-exception": ("us-east4:6898597828614134433", "exception", False),
    }


def test_a_real_inventory() -> None:
    """Each line of a list of hosts is a machine of its datacenter."""
    text = (FOLDER / "fleetroll_linux_1804.list").read_text()

    inventory = parse_inventory(text, MachineConfig())

    assert len(inventory.machines) == len(set(text.split()))
    assert inventory.machines[0] == "mdc1:t-linux64-ms-001"
    assert not inventory.problems
