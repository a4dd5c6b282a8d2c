"""What a store answers is said in the same words to checks and to daemons, and without secrets."""

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from blinkenlights.errors import StoreError, StoreUnreachable
from blinkenlights.store.address import parse_address
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.spoken import Spoken
from servers.faulty import FaultyProxy
from servers.valkey import Valkey

Proxy = Callable[[int], FaultyProxy]

DENIED = (
    "DENIED Redis is running in protected mode because protected mode is enabled and no password "
    "is set for the default user. In this mode connections are only accepted from the loopback "
    "interface."
)
SAID = {
    DENIED: "takes nobody from other machines, because it has no password (protected mode, DENIED)",
    "MOVED 3357 10.1.2.3:53785": "is a node of a Redis Cluster, which is not supported",
    "CLUSTERDOWN Hash slot not served": "is a node of a Redis Cluster, which is not supported",
    "ERR unknown command 'GET', with args: 'MOVED' ": "does not know our commands; is it",
    "MISCONF Redis is configured to save RDB snapshots": "refuses writes, because it cannot save",
    "OOM command not allowed when used memory > 'maxmemory'.": "is full: OOM command not allowed",
    "READONLY You can't write against a read only replica.": "is a replica, which takes nothing",
    "NOPERM User bob has no permissions": "refuses us: NOPERM User bob has no permissions; mend",
    "LOADING Redis is loading the dataset in memory": "is not ready: LOADING Redis is loading",
    "ERR max number of clients reached": "is not ready: ERR max number of clients",
}
TLS = "if that port speaks TLS, write rediss:// in place of redis://"


def daemon(url: str) -> StoreError:
    """Return what a daemon gets."""

    async def look() -> None:
        store = StoreClient(url, timeout=2.0)
        try:
            await store.ask(store.redis.get("key"))
        finally:
            await store.close()

    with pytest.raises(StoreError) as raised:
        asyncio.run(look())
    return raised.value


def check(url: str, spoken: Spoken | None = None) -> StoreError:
    """Return what a check gets, or the page."""
    with (
        pytest.raises(StoreError) as raised,
        StoreReader(parse_address(url), 2.0, spoken=spoken) as store,
    ):
        store.ask(("GET", "key"))
    return raised.value


@pytest.mark.parametrize("said", SAID)
def test_checks_and_daemons_say_the_same(valkey: Valkey, faulty_proxy: Proxy, said: str) -> None:
    """Each answer has one sentence and one sort of error, whoever gets it."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(f"-{said}\r\n".encode())

    errors = [daemon(proxy.url), check(proxy.url)]

    assert SAID[said] in str(errors[0])
    assert str(errors[0]) == str(errors[1])
    assert type(errors[0]) is type(errors[1])


@pytest.mark.parametrize("said", SAID)
def test_what_everybody_may_read(valkey: Valkey, faulty_proxy: Proxy, said: str) -> None:
    """The sentence for the page names neither addresses nor users."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(f"-{said}\r\n".encode())

    advice = check(proxy.url).advice

    assert advice.startswith(f"the store {SAID[said].partition(':')[0]}")
    assert not any(secret in advice for secret in ("127.0.0.1", "10.1.2.3", "bob"))


@pytest.mark.parametrize("ending", [b"", b"\x15\x03\x03\x00\x02\x02F"], ids=["closed", "alert"])
def test_a_port_that_may_speak_tls(valkey: Valkey, faulty_proxy: Proxy, ending: bytes) -> None:
    """A port that breaks off before it ever answered may want TLS, which all of them ask."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(ending)

    for error in (daemon(proxy.url), check(proxy.url)):
        assert isinstance(error, StoreUnreachable)
        assert str(error).endswith(TLS)
        assert error.advice == f"the store does not answer; {TLS}"


def test_a_check_was_answered_before_it_broke_off(valkey: Valkey, faulty_proxy: Proxy) -> None:
    """What answered once speaks as we do: that it breaks off later is no sign of TLS."""
    proxy, spoken = faulty_proxy(valkey.port), Spoken()
    with StoreReader(parse_address(proxy.url), 2.0, spoken=spoken) as store:
        store.ask(("GET", "key"))
        proxy.cut()
        with pytest.raises(StoreUnreachable) as reset:
            store.ask(("GET", "key"))
    proxy.answer(b"")

    assert "TLS" not in str(reset.value)
    assert str(check(proxy.url, spoken)).endswith("broke off: it closed the connection")


def test_a_daemon_was_answered_before_it_broke_off(valkey: Valkey, faulty_proxy: Proxy) -> None:
    """The same of a daemon, which connects again and again."""
    proxy = faulty_proxy(valkey.port)

    async def look() -> list[str]:
        store = StoreClient(proxy.url, timeout=2.0)
        await store.ask(store.redis.get("key"))
        said = []
        for make in (proxy.cut, lambda: proxy.answer(b"")):
            make()
            with pytest.raises(StoreUnreachable) as raised:
                await store.ask(store.redis.get("key"))
            said.append(str(raised.value))
            with suppress(StoreUnreachable):
                await store.ask(store.redis.get("key"))
        await store.close()
        return said

    assert not [each for each in asyncio.run(look()) if "TLS" in each]


def test_tls_that_worked_once_is_not_asked_for(
    own_valkey: Callable[..., Valkey], faulty_proxy: Proxy
) -> None:
    """What breaks off a handshake then is a store that is away."""
    server = own_valkey(tls=True)
    proxy, spoken = faulty_proxy(server.tls_port), Spoken()
    url = proxy.url.replace("redis://", "rediss://")
    assert server.certificates is not None
    authority = str(server.certificates.authority)

    async def look() -> str:
        store = StoreClient(url, ca_file=authority, timeout=2.0)
        await store.ask(store.redis.get("key"))
        proxy.answer(b"")
        with suppress(StoreUnreachable):
            await store.ask(store.redis.get("key"))
        with pytest.raises(StoreUnreachable) as raised:
            await store.ask(store.redis.get("key"))
        await store.close()
        return str(raised.value)

    said = asyncio.run(look())
    spoken.answered = True

    assert "rediss://?" not in said
    assert "rediss://?" not in str(check(url, spoken))
    assert "rediss://?" in str(check(url))


def test_a_socket_never_speaks_tls(tmp_path: Path) -> None:
    """Nobody writes rediss:// for a path."""
    path = tmp_path / "store.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def break_off() -> None:
            for _ in range(2):
                connection, _ = listening.accept()
                connection.recv(100)
                connection.close()

        thread = threading.Thread(target=break_off)
        thread.start()
        errors = [daemon(f"unix://{path}"), check(f"unix://{path}")]
        thread.join()

    assert not [each for each in errors if "TLS" in str(each)]
