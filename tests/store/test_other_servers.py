"""What answers in place of a store, and a store that cannot save: each is said by its name.

Real servers, asked as daemons ask and as checks do.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from blinkenlights.errors import StoreError, StoreNotReady, StoreUnreachable
from blinkenlights.plugin.entry import answer
from blinkenlights.store.address import parse_address
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.redis_errors import store_error
from servers.ports import find_free_port
from servers.process import ServerProcess, make_folder, remove_folder
from servers.valkey import Valkey, find_server
from servers.waiting import wait_until

Start = Callable[..., Valkey]


def said_to_daemons(url: str, ca_file: Path | None = None) -> StoreError:
    """Return what a daemon gets for a write."""

    async def write() -> None:
        store = StoreClient(url, ca_file=str(ca_file) if ca_file else None, timeout=2.0)
        try:
            await store.ask(store.redis.hset("blinkenlights:test", "field", "value"))
        finally:
            await store.close()

    with pytest.raises(StoreError) as raised:
        asyncio.run(write())
    return raised.value


def said_to_checks(url: str) -> StoreError:
    """Return what a check gets for a question."""
    with pytest.raises(StoreError) as raised, StoreReader(parse_address(url), 2.0) as store:
        store.ask(("HGETALL", "blinkenlights:test"))
    return raised.value


@contextmanager
def sentinel() -> Iterator[str]:
    """Run a Sentinel; give its address as if it were a store's."""
    folder, port = make_folder("sentinel"), find_free_port()
    file = folder / "sentinel.conf"
    file.write_text(
        f"bind 127.0.0.1\nport {port}\ndir {folder}\n"
        f"sentinel monitor fleet 127.0.0.1 {find_free_port()} 1\n"
    )

    def answers() -> bool:
        try:
            return bool(redis.Redis(port=port).ping())
        except redis.ConnectionError:
            return False

    process = ServerProcess([str(find_server()), str(file), "--sentinel"], folder, answers)
    try:
        process.start()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        remove_folder(folder)


def test_a_node_of_a_cluster(own_valkey: Start) -> None:
    """A Redis Cluster is not supported, and that is what is said."""
    server = own_valkey({"cluster-enabled": "yes", "cluster-port": str(find_free_port())})

    expected = (
        f"the store at {server.url} is a node of a Redis Cluster, which is not supported: "
        "name a single Redis or Valkey"
    )
    assert str(said_to_daemons(server.url)) == expected
    assert str(said_to_checks(server.url)) == expected


@pytest.mark.parametrize("error", [redis.exceptions.MovedError("3357 127.0.0.1:53785")])
def test_a_node_that_sends_us_elsewhere(error: Exception) -> None:
    """The number of a slot and an address mean nothing to anybody."""
    assert "3357" not in str(store_error(error, "the store"))


def test_a_sentinel() -> None:
    """Its port knows none of our commands; the sentence asks whether it is one."""
    with sentinel() as url:
        expected = f"the store at {url} does not know our commands; is it a Redis Sentinel"
        assert str(said_to_daemons(url)).startswith(expected)
        assert str(said_to_checks(url)).startswith(expected)


def test_tls_where_there_is_none(valkey: Valkey) -> None:
    """Nobody answers the handshake: what is said before time is up asks for the scheme."""
    url = valkey.url.replace("redis://", "rediss://")

    for error in (said_to_daemons(url), said_to_checks(url)):
        assert isinstance(error, StoreUnreachable)
        assert str(error).endswith("is it redis:// in place of rediss://?")


def test_no_tls_where_there_is_some(own_valkey: Start) -> None:
    """The server breaks off, and the sentence says what it may want."""
    url = own_valkey(tls=True).tls_url.replace("rediss://", "redis://")

    for error in (said_to_daemons(url), said_to_checks(url)):
        assert isinstance(error, StoreUnreachable)
        assert str(error).endswith("if that port speaks TLS, write rediss:// in place of redis://")


def test_a_certificate_that_nobody_vouches_for(own_valkey: Start) -> None:
    """Both say that it is not trusted, and which option is missing."""
    url = own_valkey(tls=True).tls_url

    assert re.search(r"is not trusted \(self-signed .*\); see ca_file$", str(said_to_daemons(url)))
    assert re.search(r"is not trusted \(self-signed .*\); see --ca-file$", str(said_to_checks(url)))


def test_an_address_is_named_once() -> None:
    """redis-py and asyncio repeat it in their own texts."""
    url = f"redis://127.0.0.1:{find_free_port()}/0"

    expected = f"the store at {url} cannot be reached: Connection refused"
    assert str(said_to_daemons(url)) == str(said_to_checks(url)) == expected


@pytest.fixture
def unsaved(own_valkey: Start) -> Valkey:
    """Give a store whose snapshots fail: a folder has the name of their file."""
    server = own_valkey({"dbfilename": "taken.rdb", "save": "3600 1"})
    (server.folder / "taken.rdb").mkdir()
    client = server.client()
    client.set("one", "1")
    client.bgsave()
    wait_until(
        lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err", "a save to fail"
    )
    return server


def test_a_store_that_cannot_save(unsaved: Valkey) -> None:
    """It refuses writes; daemons say so, and check_collector is CRITICAL and names MISCONF."""
    error = said_to_daemons(unsaved.url)
    code, text = answer("collector", ["--redis", unsaved.url], time.time)

    assert isinstance(error, StoreNotReady)
    assert str(error) == (
        f"the store at {unsaved.url} refuses writes, because it cannot save (MISCONF); "
        "see its disk and its log"
    )
    assert code == 2
    assert text.startswith(
        "COLLECTOR CRITICAL: the store could not write its last snapshot: see its disk and its "
        "log; it refuses what is sent (MISCONF); "
    )


@pytest.mark.parametrize(
    "said",
    [
        (
            "OOM command not allowed when used memory > 'maxmemory'. script: "
            "ff1af5c3d3c0de4ae5c5a6b1d0c8f0a3b2e1d4c5, on @user_script:51."
        ),
        (
            "Error running script (call to f_ff1af5c3d3c0de4ae5c5a6b1d0c8f0a3b2e1d4c5): "
            "@user_script:51: OOM command not allowed when used memory > 'maxmemory'."
        ),
    ],
)
def test_where_in_a_script_is_left_out(said: str) -> None:
    """Which script it was, and in which line, helps nobody who runs this."""
    error = str(store_error(redis.ResponseError(said), "the store"))

    assert error == (
        "the store is full: OOM command not allowed when used memory > 'maxmemory'; "
        "raise maxmemory or forget components"
    )
