"""A file of rules that is damaged in any way is read, or refused in sentences with lines."""

import json
import random
import re
from collections.abc import Iterator

import pytest
import yaml

from blinkenlights.rules.files.read import read_rules
from blinkenlights.yaml_files.mistakes import BadFile

NOW = 1_764_331_200.0
WHOLE = """\
receivers:
  oncall: {pagerduty: {routing_key: "${PD_KEY}"}}
  chat: {slack: {token: "${SLACK_TOKEN}", channel: "#ops"}}
  hook: {webhook: {url: "https://a.test", secret: "${HOOK}", headers: {X-Key: "${HOOK}"}}}
  mail: {email: {to: [ops@example.net], from: us@example.net, server: "smtp://localhost"}}
  ntfy: {apprise: {url: "${NTFY_URL}"}}
routes:
  - match: {severity: page, subject: client, level: crit*}
    tell: [oncall, chat]
    escalate: [{after: 15m, tell: [mail]}]
    quiet: [{from: 22:00, to: 6:00, days: [sat, sun], zone: Europe/Riga}]
    repeat: 4h
    group_by: [rule, host]
    continue: true
  - tell: [chat]
maintenance:
  nightly backup: {match: {thing: backup-*}, cron: "0 2 * * *", zone: Europe/Riga, for: 1h}
defaults: {missing: keep, labels: {team: web}}
queue is long:
  metric: "*.queue"
  but: test.*
  where: {host: web*}
  over: 5m
  of: value
  warning: "100"
  critical: avg > 1000 && tags.env == 'prod'
  recovery: value < 80
  for: 5m
  keep: 1m
  flapping: 4 in 1h
  unless: [{rule: switch down, same: [host]}]
  severity: page
  text: "{name} has {value} waiting"
  runbook: https://wiki/{labels.team}
  tell: [chat]
silent: {heartbeat: ["*"], critical: 5m, missing: critical}
"""
ENVIRONMENT = {
    "PD_KEY": "0123456789abcdef",
    "SLACK_TOKEN": "xoxb-secret",
    "HOOK": "very-secret",
    "NTFY_URL": "ntfy://very-secret/x",
}
ODD: tuple[object, ...] = (
    None, True, 0, -1, 7, 1e300, 0.5, "", " ", "*", "[", "a", "1:", "@", "~", "-5m", "${",
    "${NONE}", "${file:/none}", "\u0000x", "\U0001f600", "{", "{{", "{x.y}", "x" * 5000,
    "age", "age >", "name", "1e999", "nan", [], {}, [[]], [None], [1, "a"], {"a": 1},
    {"": None}, {"tell": "a"},
)  # fmt: skip
"""What may stand where something else was meant."""
_INNER = re.compile(r"Object|Expected `|Invalid|Traceback|\$\.|<class|struct", re.ASCII)


def refuse_nothing_but_in_words(data: bytes) -> None:
    """See that a file is read, or each mistake of it is a sentence with a line and no secret."""
    try:
        found = read_rules(data, "a.yml", ENVIRONMENT, NOW)
    except BadFile as bad:
        mistakes = bad.mistakes
        assert mistakes
    else:
        mistakes = list(found.doubts)
    lines = len(data.decode(errors="replace").splitlines()) + 1
    for each in mistakes:
        assert 0 <= each.line <= lines
        assert each.sentence.strip()
        assert "very-secret" not in each.sentence
        assert not _INNER.search(each.sentence), each


def places(data: object) -> Iterator[tuple[object, object]]:
    """Yield each mapping and list with each of its keys or places."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield data, key
            yield from places(value)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield data, number
            yield from places(value)


def test_the_whole_file_is_read() -> None:
    """It is what the others damage."""
    found = read_rules(WHOLE.encode(), "a.yml", ENVIRONMENT, NOW)

    assert (len(found.rules), len(found.receivers), len(found.routes)) == (2, 5, 2)
    assert found.doubts == ()


@pytest.mark.parametrize("turn", range(len(ODD)), ids=lambda turn: repr(ODD[turn])[:20])
def test_anything_may_stand_anywhere(turn: int) -> None:
    """In place of each value; of all pairs of a place and an odd value a third is tried."""
    odd = ODD[turn]
    for number in range(turn % 3, len(list(places(yaml.load(WHOLE, yaml.CSafeLoader)))), 3):
        data = yaml.load(WHOLE, yaml.CSafeLoader)
        of, key = list(places(data))[number]
        of[key] = odd  # type: ignore[index]

        refuse_nothing_but_in_words(json.dumps(data, indent=1).encode())


@pytest.mark.parametrize("seed", range(8))
def test_any_bytes_may_be_lost_or_changed(seed: int) -> None:
    """By an editor, a merge or a disk."""
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    for _ in range(60):
        data = bytearray(WHOLE.encode())
        for _ in range(chance.randrange(1, 5)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    del data[at : at + chance.randrange(1, 40)]
                case 1:
                    data[at:at] = chance.choice((b"\n", b" ", b"\t", b":", b"{", b"'", b"- ", b"*"))
                case 2:
                    data[at] = chance.randrange(256)
                case 3:
                    end = at + chance.randrange(1, 80)
                    data[at:at] = data[chance.randrange(len(data)) :][: end - at]

        refuse_nothing_but_in_words(bytes(data))
