"""Who knows another layout of the store says what to update, and neither reads nor writes it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.config import AmqpConfig, Config, LinesConfig
from blinkenlights.errors import StoreAnswer, StoreLayout
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.registry import checks
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.kinds.transfer.log_settings import SpeedoConfig
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.plugin.entry import answer
from blinkenlights.speedo.daemon import Speedos
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.layout_version import refuse_another_layout
from collector.running import RunningCollector, config
from servers.rabbitmq import Broker
from servers.simulation import Simulation
from servers.valkey import Valkey
from servers.waiting import wait_until
from web.serving import Serving

UPDATE_PROGRAM = "newer than ours, 1: update this program"
UPDATE_COLLECTORS = "older than ours, 2: update its collectors"
WRITERS = ("expect", "expect billing", "forget billing", "quarantine mdc1:ms-1")
PATHS = ("/", "/api/v1/status", "/api/v1/components", "/machines", "/metrics", "/health")
READERS = ("rejected", "speedo --watch --json", "export machines")


def leave(simulation: Simulation, found: str | None) -> None:
    """Fill a store as a program of some version leaves it; without one, as 0.1.0 did."""
    client = simulation.client.redis
    simulation.now = wall_clock()
    simulation.old()
    simulation.collector()
    simulation.beat("billing")
    if found is None:
        simulation.run(simulation.client.ask(client.delete(layout.VERSION)))
    else:
        simulation.run(simulation.client.ask(client.set(layout.VERSION, found)))
        if found != "1":
            # A change of the layout: here a key is of another type.
            simulation.run(simulation.client.ask(client.set(layout.GAPS, "something else")))


def contents(valkey: Valkey) -> dict[str, object]:
    client = valkey.client(decode_responses=False)
    return {str(key): client.dump(key) for key in client.keys("*")}


def command(words: str, url: str) -> tuple[int, str]:
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main([*words.split(), "--redis", url])
    return code, said.getvalue()


@pytest.mark.parametrize(
    ("found", "knows", "born", "said"),
    [
        pytest.param(None, 1, b"1.0", "", id="0.1.0-and-first"),
        pytest.param(b"1", 1, b"1.0", "", id="first-and-first"),
        pytest.param("1", 1, None, "", id="first-without-birth"),
        pytest.param(b"2", 1, b"1.0", UPDATE_PROGRAM, id="second-and-first"),
        pytest.param("3", 2, "1.0", "newer than ours, 2: update", id="third-and-second"),
        pytest.param(None, 2, b"1.0", UPDATE_COLLECTORS, id="0.1.0-and-second"),
        pytest.param(b"1", 2, b"1.0", UPDATE_COLLECTORS, id="first-and-second"),
        pytest.param(b"2", 2, b"1.0", "", id="second-and-second"),
        pytest.param(None, 1, None, "", id="new-and-first"),
        pytest.param(None, 2, None, "", id="new-and-second"),
    ],
)
def test_every_pair_of_old_and_new(
    found: str | bytes | None,
    knows: int,
    born: str | bytes | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only equal layouts go together; a store that says none has the first, unless it is new."""
    monkeypatch.setattr(layout, "LAYOUT", knows)
    refusal = ""

    try:
        refuse_another_layout(found, born, "the store at x")
    except StoreLayout as error:
        refusal = str(error)

    assert said in refusal
    assert bool(said) == bool(refusal)
    assert not refusal or refusal.startswith("the store at x has layout ")


@pytest.mark.parametrize("found", ["", b"rubbish", 7, [], b"\xff"])
def test_a_version_that_is_none(found: str | bytes) -> None:
    """What holds something else is no store of ours."""
    with pytest.raises(StoreAnswer, match="cannot be read"):
        refuse_another_layout(found, "1.0", "the store at x")


@pytest.mark.parametrize(
    ("found", "knows", "said"),
    [
        pytest.param("2", 1, UPDATE_PROGRAM, id="older-programs"),
        pytest.param("1", 2, UPDATE_COLLECTORS, id="newer-programs"),
        pytest.param(None, 2, UPDATE_COLLECTORS, id="newer-programs-and-0.1.0"),
    ],
)
def test_all_programs_refuse_another_layout(
    found: str | None,
    knows: int,
    said: str,
    *,
    new_simulation: Simulation,
    valkey: Valkey,
    rabbitmq: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Checks are UNKNOWN, daemons do not start, commands fail; and nothing is written."""
    leave(new_simulation, found)
    before = contents(valkey)
    monkeypatch.setattr(layout, "LAYOUT", knows)
    url = valkey.url

    answers = {each.name: answer(each.name, ["--redis", url], wall_clock) for each in checks()}
    commands = {words: command(words, url) for words in (*READERS, *WRITERS)}
    web = Serving(url, tmp_path, wall_clock)
    web.start()
    pages = {path: web.get(path) for path in PATHS}
    web.stop()
    daemons = {
        "collect": refusal(lambda: Collector(lines_into(url)).run()),
        "speedo": refusal(lambda: speedos(url, rabbitmq.url).run()),
    }

    assert {name: code for name, (code, _) in answers.items()} == dict.fromkeys(answers, 3)
    assert [name for name, (_, text) in answers.items() if said not in text] == []
    assert {words: code for words, (code, _) in commands.items()} == dict.fromkeys(commands, 1)
    assert [words for words, (_, text) in commands.items() if said not in text] == []
    assert [path for path, page in pages.items() if page.status == 200 and path != "/"] == []
    assert [path for path, page in pages.items() if said not in page.text] == []
    assert [path for path, page in pages.items() if "127.0.0.1" in page.text] == []
    assert [name for name, text in daemons.items() if said not in text] == []
    assert contents(valkey) == before


def lines_into(url: str) -> Config:
    return config(url, lines=[LinesConfig(listen="udp://127.0.0.1:9")])


def speedos(url: str, broker: str) -> Speedos:
    return Speedos(
        SpeedoConfig(interval=1, all_interval=1),
        AmqpConfig(url=broker, exchange="log", queue="unused", kind="speedo"),
        "log_{source}",
        SpeedoStore(StoreClient(url)),
    )


def refusal(run: Callable[[], Awaitable[None]]) -> str:
    """Return for what layout a daemon ends by itself."""

    async def ending() -> None:
        async with asyncio.timeout(20):
            await run()

    with pytest.raises(StoreLayout) as refused:
        asyncio.run(ending())
    return str(refused.value)


@pytest.fixture
def collecting(valkey: Valkey, free_port: Callable[[], int]) -> Iterator[RunningCollector]:
    """Have a collector at work in an empty store."""
    running = RunningCollector(
        config(valkey.url, lines=[LinesConfig(listen=f"udp://127.0.0.1:{free_port()}")])
    )
    yield running
    running.stop()


def test_a_new_store_gets_the_version(valkey: Valkey, collecting: RunningCollector) -> None:
    """It is written with the moment at which the store was new, also after a flush."""
    client = valkey.client()
    for _ in range(2):
        wait_until(lambda: client.get(layout.BORN), "the first report")

        assert client.get(layout.VERSION) == str(layout.LAYOUT)
        client.flushall()
    assert collecting


def test_a_store_of_010_gets_the_first_version(new_simulation: Simulation, valkey: Valkey) -> None:
    """It has the layout that is now called the first one."""
    leave(new_simulation, None)

    new_simulation.collector()

    assert valkey.client().get(layout.VERSION) == "1"
    assert "1 component alive" in new_simulation.heartbeats().line


def test_a_running_collector_ends_in_a_store_that_a_newer_one_began(
    valkey: Valkey, collecting: RunningCollector
) -> None:
    """Flushed, and begun anew by the next version: the old one leaves it alone and says why."""
    client = valkey.client()
    wait_until(lambda: client.get(layout.BORN), "the first report")
    # They are handed over once, after it.
    handed_over = (transfer_keys.LIMITS, transfer_keys.FLOWN_KEPT, machine_keys.LIMITS)
    wait_until(lambda: client.exists(*handed_over) == len(handed_over), "the limits")

    with client.pipeline(transaction=True) as pipe:
        pipe.flushall()
        pipe.mset({layout.BORN: str(wall_clock()), layout.VERSION: "2"})
        pipe.execute()
    collecting.join()

    assert set(client.keys("*")) == {layout.BORN, layout.VERSION}
    with pytest.raises(StoreLayout, match=UPDATE_PROGRAM):
        collecting.stop()
