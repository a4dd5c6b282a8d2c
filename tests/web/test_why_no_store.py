"""Page, API, /health and POST say what the store says, in the sentences of the checks."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blinkenlights.plugin.entry import answer
from servers.faulty import FaultyProxy
from servers.simulation import Simulation
from servers.valkey import Valkey
from servers.waiting import wait_until
from web.serving import Serving

Proxy = Callable[[int], FaultyProxy]

SAID = {
    b"-MOVED 3357 10.1.2.3:53785": "is a node of a Redis Cluster, which is not supported",
    b"-ERR unknown command 'GET', with args": "does not know our commands; is it a Redis Sentinel",
    b"-DENIED Redis is running in protected mode": "takes nobody from other machines",
    b"-NOAUTH Authentication required.": "refuses us (NOAUTH); mend user, password or ACL",
    b"-LOADING Redis is loading the dataset in memory": "is not ready (LOADING)",
}


@pytest.fixture
def proxy(valkey: Valkey, faulty_proxy: Proxy) -> FaultyProxy:
    """Give what stands in front of the store."""
    return faulty_proxy(valkey.port)


@pytest.fixture
def behind(simulation: Simulation, proxy: FaultyProxy, tmp_path: Path) -> Iterator[Serving]:
    """Give a server that asks the store through the proxy."""
    serving = Serving(proxy.url, tmp_path, lambda: simulation.now)
    serving.start()
    yield serving
    serving.stop()


@pytest.mark.parametrize("said", SAID, ids=lambda said: said[1:9].decode().strip())
def test_the_reason_is_the_same_everywhere(
    behind: Serving, proxy: FaultyProxy, said: bytes
) -> None:
    """A store that answers what we cannot use is not one that does not answer."""
    proxy.answer(said + b"\r\n")

    texts = [
        behind.get("/").text,
        behind.get("/stream").text,
        behind.get("/api/v1/status").json["detail"],
        behind.get("/health").json["reason"],
    ]

    assert [SAID[said] in text for text in texts] == [True] * 4
    assert not any("10.1.2.3" in text or str(proxy.port) in text for text in texts)
    for check in ("heartbeat", "collector"):
        code, text = answer(check, ["--redis", proxy.url], time.time)
        assert (code, SAID[said].partition(";")[0].partition(" (")[0] in text) == (3, True)


def test_what_is_posted_to_a_store_that_takes_nobody(
    simulation: Simulation, proxy: FaultyProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends signals reads why they are not taken."""
    monkeypatch.setattr("blinkenlights.web.post_source.STORED_SECONDS", 0.3)
    proxy.answer(b"-DENIED Redis is running in protected mode\r\n")
    serving = Serving(proxy.url, tmp_path, lambda: simulation.now, post=True)
    writer = serving.token("writer", "write")
    serving.start()
    try:
        said = serving.post("/api/v1/lines", '{"kind":"heartbeat","name":"x"}', writer)
    finally:
        serving.stop()

    assert said.status == 503
    assert said.json["detail"].startswith("the store takes nobody from other machines")
    assert "; nothing was taken" in said.json["detail"]


def test_what_is_posted_to_a_store_that_cannot_save(
    simulation: Simulation,
    own_valkey: Callable[..., Valkey],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It answers, and refuses: nothing is away."""
    monkeypatch.setattr("blinkenlights.web.post_source.STORED_SECONDS", 1.0)
    server = own_valkey({"dbfilename": "taken.rdb", "save": "3600 1"})
    (server.folder / "taken.rdb").mkdir()
    began = time.monotonic()
    serving = Serving(
        server.url, tmp_path, lambda: simulation.now + time.monotonic() - began, post=True
    )
    writer = serving.token("writer", "write")
    serving.start()
    body = '{"kind":"heartbeat","name":"x"}'
    try:
        assert serving.post("/api/v1/lines", body, writer).status == 200
        client = server.client()
        client.bgsave()
        wait_until(
            lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err", "a save to fail"
        )
        said = serving.post("/api/v1/lines", body, writer)
    finally:
        client.config_set("stop-writes-on-bgsave-error", "no")
        serving.stop()

    assert said.status == 503
    assert said.json["detail"].startswith("the store refuses writes, because it cannot save")


def test_a_store_that_takes_nothing_is_said_by_those_who_only_read(
    simulate: Callable[..., Simulation], own_valkey: Callable[..., Valkey], tmp_path: Path
) -> None:
    """Reports are missing because of the store, and not of a collector that is down."""
    server = own_valkey({"dbfilename": "taken.rdb", "save": "3600 1"})
    broken = simulate(server.url)
    broken.old()
    broken.collector()
    (server.folder / "taken.rdb").mkdir()
    client = server.client()
    client.bgsave()
    wait_until(
        lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err", "a save to fail"
    )
    serving = Serving(server.url, tmp_path, lambda: broken.now + 60)
    serving.start()
    try:
        health, page, status = (serving.get(path) for path in ("/health", "/", "/api/v1/status"))
    finally:
        serving.stop()

    words = "the store could not write its last snapshot: see its disk and its log; it refuses"
    assert health.json["reason"].startswith(words)
    assert words in page.text
    assert status.json["doubts"][0].startswith(words)
