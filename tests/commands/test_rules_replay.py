"""`blinkenlights rules test --replay`: captured messages, judged as if they came now."""

import json
from pathlib import Path

import pytest
from pika import BasicProperties

from blinkenlights.transferlog.captured import read_capture, unescaped
from blinkenlights.transferlog.line import line
from blinkenlights.transferlog.message import Message
from commands.calling import Command
from servers.simulation import NOW

RULES = """\
defaults: {missing: keep}
receivers:
  chat: {webhook: {url: https://example.net/chat}}
silent: {heartbeat: "*", critical: state == 'silent', tell: chat}
queue is long: {metric: "*.queue", warning: 100, for: 2m}
slow: {client: "*", over: 5m, warning: rate < 1}
"""


def beats(component: str, *ages: int) -> list[str]:
    """Return lines of heartbeats."""
    return [
        json.dumps({"kind": "heartbeat", "name": component, "timestamp": NOW - age, "interval": 60})
        for age in ages
    ]


def points(name: str, *values: float) -> list[str]:
    """Return lines of a series, with a point each 15 s, up to now."""
    return [
        json.dumps(
            {"kind": "metric", "name": name, "value": value, "time": NOW - 15 * (len(values) - at)}
        )
        for at, value in enumerate(values)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of rules."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yml").write_text(RULES)
    return tmp_path


def test_a_replay_says_who_would_have_been_told(command: Command, folder: Path) -> None:
    """By the times of the messages, whatever order they stand in."""
    lines = beats("shop.api", *range(1800, 1200, -60), *range(600, 0, -60))
    lines += beats("shop.web", *range(1800, 0, -60))
    capture = folder / "lines.jsonl"
    capture.write_text("\n".join(reversed(lines)) + "\nnonsense}\n".replace("nonsense", '{"a"'))

    said = command("rules", "test", "--replay", capture, "--folder", folder / "rules", "--json")

    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert [(each["what"], each["thing"], each["to"]) for each in found["said"]] == [
        ("fired", "shop.api", "chat"),
        ("resolved", "shop.api", "chat"),
    ]
    assert NOW - 1200 <= found["said"][0]["at"] <= NOW - 1100
    assert found["messages"] == len(lines)
    assert len(found["refused"]) == 1


def test_alerts_that_nobody_is_told_of_are_said_as_well(command: Command, folder: Path) -> None:
    """A rule is tried before somebody is named for it."""
    capture = folder / "lines.jsonl"
    capture.write_text("\n".join(points("web.queue", *[50.0] * 20, *[120.0] * 20)))

    said = command("rules", "test", "--replay", capture, "--folder", folder / "rules")

    assert said.code == 0, said.err
    first, last = said.out.splitlines()
    assert "nobody was told fired warning of queue is long: web.queue (value was 120" in first
    assert last.endswith("1 thing judged, 1 notice")


@pytest.mark.parametrize("body", [b'{"a": "x\\ty"}', b"a\tb\\n\n\xff\x1b\xc2\x85 \xe2\x82\xac"])
def test_a_captured_queue_is_read_as_it_was_written(folder: Path, body: bytes) -> None:
    """Line by line, with routing key, headers and body."""
    message = Message(1, False, "v03.a\tb", BasicProperties(headers={"a": 1}), body)
    path = folder / "queue.tsv"
    path.write_bytes(line(message, NOW))

    [found] = read_capture(path)

    assert (found.key, found.body, found.receipt) == ("v03.a\tb", body, NOW)
    assert found.properties is not None
    assert found.properties.headers == {"a": 1}


def test_what_is_escaped_comes_back() -> None:
    """Also bytes that are no text."""
    assert unescaped(r"a\x1b\xff\u0085\r\n") == b"a\x1b\xff\xc2\x85\r\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("a\tb\n", "is neither a JSON line nor one of"), ("", "has no message that could be read")],
)
def test_what_cannot_be_replayed_is_said(
    command: Command, folder: Path, text: str, complaint: str
) -> None:
    """With file and line."""
    capture = folder / "lines.jsonl"
    capture.write_text(text)

    said = command("rules", "test", "--replay", capture, "--folder", folder / "rules")

    assert said.code == 2
    assert complaint in said.err
