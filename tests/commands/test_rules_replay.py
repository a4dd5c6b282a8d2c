"""`blinkenlights rules test --replay`: captured messages, judged as if they came now."""

import json
from pathlib import Path

import pytest
from pika import BasicProperties

from blinkenlights.transferlog.captured import read_capture, unescaped
from blinkenlights.transferlog.line import line
from blinkenlights.transferlog.message import Message
from commands.calling import Command, Outcome
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

    said = command("rules", "test", "--replay", capture, "--rules", folder / "rules", "--json")

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

    said = command("rules", "test", "--replay", capture, "--rules", folder / "rules")

    assert said.code == 0, said.err
    first, last, none = said.out.splitlines()
    assert "(at 420s) nobody was told fired warning of queue is long: web.queue (value was" in first
    assert last.endswith("1 thing judged, 1 notice")
    assert none.startswith("nothing was expected of it, so nothing was tested")


class Trials:
    """Writes tests of a capture, and runs them."""

    def __init__(self, command: Command, folder: Path) -> None:
        self._command, self._folder = command, folder
        lines = beats("shop.api", *range(1800, 1200, -60), *range(600, 0, -60))
        lines += beats("shop.web", *range(1800, 0, -60))
        (folder / "lines.jsonl").write_text("\n".join(lines))

    def __call__(self, *wanted: str) -> Outcome:
        """Return what comes of a test that wants some things."""
        text = ["rules: rules", "tests:", "  an hour:", "    replay: lines.jsonl"]
        text += [f"    {line}" for line in wanted]
        (self._folder / "a.test.yml").write_text("\n".join(text))
        return self._command("rules", "test", self._folder / "a.test.yml")


@pytest.fixture
def trials(command: Command, folder: Path) -> Trials:
    """Give what tests a capture in which a component was silent for a while."""
    return Trials(command, folder)


def test_a_replay_is_a_test_when_it_says_what_is_expected(trials: Trials) -> None:
    """States and notices, at moments from its first message on; its rules are tested ones."""
    said = trials(
        "expect:",
        "  - {at: 5m, rule: silent, thing: shop.api, state: well}",
        "  - {at: 15m, rule: silent, thing: shop.api, state: firing}",
        "told:",
        "  - {at: 675s, rule: silent, thing: shop.api, what: fired, to: [chat]}",
        "  - {at: 20m, rule: silent, thing: shop.api, what: resolved}",
    )

    assert said.code == 0, said.out
    assert said.out.splitlines()[-1] == "1 test of 1 file, nothing is wrong"
    assert "no test is about silent" not in said.out
    assert "no test is about slow" in said.out


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        (
            "expect: [{at: 15m, rule: silent, thing: shop.web, state: firing}]",
            "at 15m silent: shop.web is well, want firing",
        ),
        ("told: []", "chat was told fired critical of silent: shop.api"),
        (
            "expect: [{at: 3h, rule: silent, thing: shop.web, state: well}]",
            "3h is past the end of lines.jsonl, whose last message comes at 29m",
        ),
        (
            "expect: [{at: 5m, rule: silent, thing: shop.pai, state: well}]",
            "'shop.pai' is none of the things of the test",
        ),
        ("every: 15s", "wants nothing, so it is no test"),
    ],
)
def test_a_replay_that_is_not_as_expected_fails(
    trials: Trials, wanted: str, complaint: str
) -> None:
    said = trials(wanted)

    assert said.code == 1
    assert complaint in said.out
    assert said.out.splitlines()[-1] == "1 of 1 test of 1 file failed"


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

    said = command("rules", "test", "--replay", capture, "--rules", folder / "rules")

    assert said.code == 2
    assert complaint in said.err
