"""`blinkenlights alert` is killed, frozen and started again: alerts go on where they were."""

import json
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.alert import keys
from commands.calling import Command, Running, Start
from servers.valkey import Valkey
from servers.waiting import wait_until

RECEIVERS = """\
receivers:
  ops: {{webhook: {{url: '{address}'}}}}
  staff: {{webhook: {{url: '{address}', headers: {{X-Of: '{version}'}}}}}}
routes:
  - {{match: {{rule: moves}}, tell: staff, gather: 0s}}
  - {{match: {{rule: "{routed}"}}, tell: ops, gather: 0s}}
defaults: {{missing: keep}}
"""
RULE = "{name}: {{metric: {name}.queue, critical: value > 100}}\n"
NAMES = ("stays", "goes", "quiet", "moves", "lost")
LONG = 40.0
"""Seconds: the lease of an evaluator that was killed lasts for ten."""


class Site:
    """A collector, a store, and rules that are evaluated each second."""

    def __init__(self, start: Start, valkey: Valkey, state: Path, address: str) -> None:
        self._start = start
        self._address = address
        self._redis = valkey.client()
        self._socket = state / "lines.sock"
        self._rules = state / "rules"
        self._rules.mkdir()
        self._config = state / "alert.toml"
        self._config.write_text(
            f'[store]\nurl = "{valkey.url}"\n[[lines]]\nlisten = "unix://{self._socket}"\n'
            f'[alert]\nrules = "{self._rules}"\nevery = 1\n'
        )
        self.write(NAMES)
        start("collect", "--config", self._config)
        wait_until(self._socket.exists, "the socket", LONG)

    def write(self, names: tuple[str, ...], *, routed: str = "*", version: int = 1) -> None:
        """Write the file of rules."""
        head = RECEIVERS.format(address=self._address, routed=routed, version=version)
        text = head + "".join(RULE.format(name=name) for name in names)
        (self._rules / "queues.yml").write_text(text)

    def alerting(self, name: str = "a") -> Running:
        """Start one that evaluates and tells."""
        return self._start("alert", "--config", self._named(name))

    def sends(self, value: int, *names: str) -> None:
        """Send a number of some queues."""
        with socket.socket(socket.AF_UNIX) as sending:
            sending.connect(str(self._socket))
            for name in names:
                metric = {"kind": "metric", "name": f"{name}.queue", "value": value}
                sending.sendall(json.dumps(metric | {"time": wall_clock()}).encode() + b"\n")

    def wait_until_noted(self, number: int) -> None:
        """Wait until so many messages were told and noted."""
        wait_until(lambda: self._redis.llen(keys.HISTORY) >= number, f"{number} told", LONG)

    def owner(self) -> str:
        """Return the name of who evaluates."""
        found = self._redis.hget(keys.LEASE, "owner")
        return str(found or "").partition(" ")[0]

    def _named(self, name: str) -> Path:
        config = self._config.with_name(f"{name}.toml")
        config.write_text(self._config.read_text() + f'name = "{name}"\n')
        return config


@pytest.fixture
def site(start: Start, valkey: Valkey, state: Path, told: tuple[str, list[dict[str, Any]]]) -> Site:
    """Give a site whose receivers are `told`."""
    return Site(start, valkey, state, told[0])


def by_incident(messages: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the titles of messages of each incident, in their order."""
    found: dict[str, list[str]] = {}
    for each in messages:
        found.setdefault(each["incident"], []).append(each["title"])
    return found


def test_whoever_was_told_is_told_of_the_end_whatever_became_of_it_while_nobody_evaluated(
    site: Site, told: tuple[str, list[dict[str, Any]]], valkey: Valkey, command: Command
) -> None:
    """Silenced, its rule removed, its receiver changed, its route gone, and all were killed."""
    _, messages = told
    first = site.alerting()
    site.sends(120, *NAMES)
    site.wait_until_noted(len(NAMES))
    known = by_incident(messages)

    first.end(signal.SIGKILL)
    site.write(("stays", "quiet", "moves", "lost"), routed="[!l]*", version=2)
    command("alert", "silence", "rule=quiet", "--for", "1h", "--redis", valkey.url)
    site.alerting()
    # The place that has other settings is another one, and is told as well.
    site.wait_until_noted(len(NAMES) + 2)
    site.sends(20, "stays", "quiet", "moves", "lost")
    site.wait_until_noted(2 * len(NAMES) + 2)

    found = by_incident(messages)
    assert {titles[0].split(": ")[1] for titles in known.values()} == set(NAMES)
    assert all(titles[0].startswith("CRITICAL: ") for titles in known.values())
    for incident, begun in known.items():
        name = begun[0].split(": ")[1]
        [_, end] = found[incident]
        want = "ended" if name == "goes" else "OK again"
        assert end.startswith(f"{want}: {name}: {name}.queue, was critical for "), end
        assert end.endswith("the rule is in no file any more" if name == "goes" else "20 now")
    [moved] = [titles for incident, titles in found.items() if incident not in known]
    assert [title.partition(":")[0] for title in moved] == ["CRITICAL", "OK again"]
    assert not any(each["may_be_repeated"] for each in messages)


def test_of_two_one_that_is_frozen_and_revived_tells_nothing_twice(
    site: Site, told: tuple[str, list[dict[str, Any]]]
) -> None:
    """The other one goes on when the lease is over."""
    _, messages = told
    both = {name: site.alerting(name) for name in ("a", "b")}
    wait_until(site.owner, "one to evaluate", LONG)
    frozen = both[site.owner()]
    frozen.process.send_signal(signal.SIGSTOP)
    site.sends(120, "stays")
    site.wait_until_noted(1)
    assert both[site.owner()] is not frozen

    frozen.process.send_signal(signal.SIGCONT)
    site.sends(20, "stays")
    site.wait_until_noted(2)
    site.sends(120, "goes")
    site.wait_until_noted(3)

    assert [each["title"].partition(":")[0] for each in messages] == [
        "CRITICAL",
        "OK again",
        "CRITICAL",
    ]
    assert all(each.process.poll() is None for each in both.values())
    assert [each.end() for each in both.values()] == [0, 0]
