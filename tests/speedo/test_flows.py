"""Clients and sources that are declared, forgotten, and limited by the configuration."""

import json
import re
from collections.abc import Callable

import pytest

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from blinkenlights.config import AmqpConfig, Config, LinesConfig, StoreConfig
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.kinds.transfer.limits import FlowLimit, read_limits
from blinkenlights.kinds.transfer.settings import TransferConfig
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from collector.running import RunningCollector
from servers.valkey import Valkey
from servers.waiting import wait_until
from speedo.counting import CountingStore, transfer

LIMITS = [
    TransferConfig(client="ddsr*", deadline="2h", min_rate=0.5),
    TransferConfig(source="metpx", deadline=90.0, max_errors=5),
]


def keys_that_name(valkey: Valkey, name: str) -> set[str]:
    """Return the keys, other than the dated ids, in which a name still is."""
    with valkey.client(decode_responses=False) as client:
        found = set()
        for key in client.keys("blinkenlights:*"):
            dump = client.dump(key)
            if name.encode() in key or (dump and name.encode() in dump):
                found.add(key.decode())
        return found


@pytest.mark.parametrize("scope", ["client", "source"])
@pytest.mark.usefixtures("collecting")
def test_expected_and_never_heard_alarms(
    valkey: Valkey, capsys: pytest.CaptureFixture[str], scope: str
) -> None:
    """One that was declared and never came is critical, and named."""
    assert main(["expect", f"--{scope}", "archive", "--redis", valkey.url]) == 0
    assert f"expected: {scope} archive\n" in capsys.readouterr().out

    code, text = answer("speedo", ["--redis", valkey.url, f"--{scope}", "*"], wall_clock)

    assert code == 2
    assert re.search(r"archive \(never, declared \d+(\.\d+)?s ago\), limit 5m", text)


@pytest.mark.usefixtures("collecting")
def test_expecting_one_that_is_known_changes_nothing(
    valkey: Valkey, counting: CountingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is known of it stays."""
    counting.count([transfer("alice")])
    before = valkey.client().zscore(transfer_keys.GOOD + "client", "alice")

    assert main(["expect", "--client", "alice", "--redis", valkey.url]) == 0

    assert "known already" in capsys.readouterr().out
    assert valkey.client().zscore(transfer_keys.GOOD + "client", "alice") == before


def test_who_is_declared_is_listed(
    valkey: Valkey, counting: CountingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the components, with the day, and whether anything ever came of them."""
    counting.count([transfer("alice", code=499)])
    at = ("--redis", valkey.url)
    for words in (["--client", "alice", "--client", "archive"], ["--source", "dfo"], ["billing"]):
        assert main(["expect", *words, *at]) == 0
    capsys.readouterr()

    assert main(["expect", *at]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert main(["expect", "--json", *at]) == 0
    flows = json.loads(capsys.readouterr().out)["flows"]

    assert [(line[:-4], line[-1]) for line in lines[2:]] == [
        (["client", "alice"], "yes"),
        (["client", "archive"], "never"),
        (["source", "dfo"], "never"),
    ]
    assert [(flow.get("client"), flow.get("source"), flow["seen"]) for flow in flows] == [
        ("alice", None, True),
        ("archive", None, False),
        (None, "dfo", False),
    ]


@pytest.mark.usefixtures("collecting")
def test_a_rehearsal_forgets_nobody(
    valkey: Valkey, counting: CountingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --dry-run it says what would be forgotten, and what is not known at all."""
    counting.count([transfer("alice")])
    words = ["--client", "alice", "--client", "bob", "--collector", "test", "--dry-run"]

    code = main(["forget", *words, "--redis", valkey.url])

    assert code == 1
    assert set(capsys.readouterr().out.splitlines()) == {
        "would be forgotten: collector test",
        "would be forgotten: client alice",
        "not known: client bob",
    }
    assert counting.totals("client", "alice").good == 1


@pytest.mark.parametrize(
    ("scope", "name", "other"), [("client", "alice", "bob"), ("source", "metpx", "dfo")]
)
def test_forgetting_removes_every_key(
    valkey: Valkey, counting: CountingStore, scope: str, name: str, other: str
) -> None:
    """Nothing of a flow is left anywhere; others and the totals stay."""
    counting.count([transfer("alice"), transfer("bob", "dfo", 499), transfer("alice", "dfo")])
    client = valkey.client()
    client.hset(transfer_keys.SPEEDOS, f"{scope}\0{name}", "[]")
    client.hset(transfer_keys.EXPECTED, f"{scope}\0{name}", "1")
    for key in (
        transfer_keys.SPEEDOS_SEEN,
        transfer_keys.SPEEDOS_MOVED,
        transfer_keys.SPEEDOS_RECEIVED,
        transfer_keys.SPEEDOS_SINCE,
    ):
        client.zadd(key, {f"{scope}\0{name}": 1})
    facts = json.dumps(["alice", "metpx", "file"])
    client.hset(transfer_keys.INFLIGHT_FACTS, "node\0id", facts)
    client.zadd(transfer_keys.INFLIGHT, {"node\0id": 1})
    client.hset(transfer_keys.INFLIGHT_AHEAD, "node\0id", "1")
    for kind in ("published", "pending"):
        client.hset(f"{transfer_keys.SPEEDO}{kind}:{scope}", name, "x")
    total = counting.totals("all", "all")

    assert main(["forget", f"--{scope}", name, "--redis", valkey.url]) == 0

    # That somebody forgot it is remembered.
    assert keys_that_name(valkey, name) == {layout.ANNOTATIONS}
    assert transfer_keys.COUNTS + scope in keys_that_name(valkey, other)
    assert counting.totals("all", "all") == total
    assert main(["forget", f"--{scope}", name, "--redis", valkey.url]) == 1


def test_clients_are_forgotten_by_their_source(
    valkey: Valkey, counting: CountingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those who had to do with another source as well stay; globs choose among the rest."""
    flows = [("a1", "flood"), ("a2", "flood"), ("b1", "flood"), ("a3", "flood"), ("a3", "metpx")]
    counting.count([transfer(client, source) for client, source in flows])

    for words in (["--client", "a*", "--of-source", "flood"], ["--client", "*"]):
        assert main(["forget", *words, "--redis", valkey.url]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "forgotten: client a1",
        "forgotten: client a2",
        "forgotten: client a3",
        "forgotten: client b1",
    ]
    assert valkey.client().hlen(transfer_keys.COUNTS + "pair") == 0


def test_what_will_not_end_is_forgotten_by_its_node(
    valkey: Valkey, counting: CountingStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """A node that came back without them has its transfers cleared away; nothing else is lost."""
    counting.count([transfer("alice")])
    client = valkey.client()
    for key in ("pump1\0a", "pump1\0b", "pump10\0a"):
        client.hset(transfer_keys.INFLIGHT_FACTS, key, json.dumps(["alice", "metpx", "file"]))
        client.zadd(transfer_keys.INFLIGHT, {key: 1})
    words = ["forget", "--node", "pump1", "--redis", valkey.url]

    rehearsed = main([*words, "--dry-run"]), client.zcard(transfer_keys.INFLIGHT)
    done = main(words)
    again = main(words)

    assert rehearsed == (0, 3)
    assert (done, again) == (0, 1)
    assert capsys.readouterr().out.splitlines() == [
        "would be forgotten: node pump1",
        "forgotten: node pump1",
        "not known: node pump1",
    ]
    assert client.zrange(transfer_keys.INFLIGHT, 0, -1) == ["pump10\0a"]
    assert client.hkeys(transfer_keys.INFLIGHT_FACTS) == ["pump10\0a"]
    assert counting.totals("client", "alice").good == 1


def test_limits_are_in_the_store_and_follow_a_reload(
    valkey: Valkey, collect: Callable[[Config], RunningCollector]
) -> None:
    """The collector writes them when it starts, when it reloads, and when the store is new."""
    stored = valkey.client()
    config = Config(
        store=StoreConfig(url=valkey.url),
        lines=[LinesConfig(listen=f"unix://{valkey.folder}/lines.sock")],
        of_kinds=tuple(LIMITS),
    )

    def limits() -> list[FlowLimit]:
        return read_limits(stored.get(transfer_keys.LIMITS))

    running = collect(config)
    both = [
        FlowLimit("client", "ddsr*", 7200.0, 0.5, None),
        FlowLimit("source", "metpx", 90.0, None, 5.0),
    ]
    wait_until(lambda: limits() == both, "limits")
    stored.flushall()
    wait_until(lambda: limits() == both, "limits in a store that is new")
    running.reload(Config(store=config.store, lines=config.lines))
    wait_until(lambda: stored.get(transfer_keys.LIMITS) == "[]", "no limits")


def test_a_collector_of_heartbeats_keeps_off_limits(
    valkey: Valkey, collect: Callable[[Config], RunningCollector]
) -> None:
    """Limits that another collector wrote stay when one has nothing to do with transfers."""
    stored = valkey.client()
    stored.set(transfer_keys.LIMITS, "[1]")
    heartbeats = AmqpConfig(
        url="amqp://127.0.0.1:1/", exchange="x", queue="x", kind="heartbeat", keys=["#"]
    )

    collect(Config(store=StoreConfig(url=valkey.url), amqp=[heartbeats]))
    wait_until(lambda: stored.hlen(layout.LIVE), "its report")

    assert stored.get(transfer_keys.LIMITS) == "[1]"
