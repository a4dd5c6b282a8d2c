"""A canary goes the whole way of an alert through real processes, by a socket and by a broker."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.alert.telling.survey import HOPS
from blinkenlights.plugin.entry import answer
from commands.calling import Start
from servers.heard import Request, Service, served_in_thread
from servers.valkey import Valkey
from servers.waiting import wait_until

EXCHANGE, QUEUE = "metrics", "blinkenlights.metric"
OTHERS = "chat: {metric: none.such, critical: 1, missing: keep}\n"


class Outside(Service):
    """Somebody outside who waits for pings."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response(text="OK")


@pytest.fixture
def outside() -> Iterator[Outside]:
    """Give somebody outside."""
    with served_in_thread(service := Outside()):
        yield service


@pytest.fixture(params=["socket", "broker"])
def way(state: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Give where a collector listens, and where the canary goes."""
    if request.param == "socket":
        address = f"unix://{state}/a.sock"
        return f'[[lines]]\nlisten = "{address}"\n', f'canary = "{address}"\n'
    broker = request.getfixturevalue("rabbitmq")
    broker.bind(EXCHANGE, QUEUE, "metric.#")
    source = f'url = "{broker.url}"\nexchange = "{EXCHANGE}"\nkeys = ["metric.#"]\n'
    return (
        f'[[amqp]]\n{source}queue = "{QUEUE}"\nkind = "metric"\n',
        f'canary = "{broker.url}"\ncanary_exchange = "{EXCHANGE}"\n',
    )


def test_a_canary_is_told_of_and_somebody_outside_is_pinged(
    start: Start, valkey: Valkey, state: Path, outside: Outside, way: tuple[str, str]
) -> None:
    """Emitter, broker or socket, collector, store, rule, outbox and sender; each hop is timed."""
    source, canary = way
    (state / "rules").mkdir()
    (state / "rules" / "a.yml").write_text(OTHERS)
    config = state / "canary.toml"
    config.write_text(
        f'[store]\nurl = "{valkey.url}"\n{source}'
        f'[alert]\nrules = "{state}/rules"\nevery = 1\nping = "{outside.url}/uuid"\n{canary}'
    )
    start("collect", "--config", config)
    alerting = start("alert", "--config", config)
    wait_until(lambda: outside.requests, "a ping", 40.0)

    code, text = answer("alert", ["--json", "--redis", valkey.url], wall_clock)
    assert alerting.end() == 0
    assert code == 0
    passed = json.loads(text)["canary"]
    assert tuple(passed) == HOPS
    assert sorted(passed.values(), reverse=True) == list(passed.values())
    assert [each.path for each in outside.requests] == ["/uuid"]
