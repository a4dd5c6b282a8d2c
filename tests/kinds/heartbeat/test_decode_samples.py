"""Real messages, where a folder with samples is at hand: SAMPLES_FOLDER names it."""

import os
from pathlib import Path

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat

FOLDER = Path(os.environ["SAMPLES_FOLDER"]) / "vumi"


def read(name: str) -> list[Heartbeat | Rejected]:
    return [parse(line) for line in (FOLDER / name).read_bytes().splitlines()]


def test_real_heartbeats_of_workers() -> None:
    """Every heartbeat of the worker form is read, two processes of one worker as two instances."""
    found = [one for one in read("heartbeat_messages.jsonl") if isinstance(one, Heartbeat)]

    assert [(one.component, one.instance) for one in found] == [
        ("system-1:worker-1", "test-host-1:43"),
        ("system-1:twitter_transport", "test-host-1:345"),
        ("system-1:twitter_transport", "test-host-2:345"),
        ("system-1:twitter_transport", "test-host-1:2342"),
    ]


def test_real_messages_of_the_first_forms() -> None:
    """The good ones are read; the one of another version and the one without a time are refused."""
    found = read("blinkenlights_messages.jsonl")

    assert [one[0] for one in found] == [
        "SMPP Transport 1",
        "myworker",
        "myworker",
        "unknown message_version",
        "no timestamp",
    ]
