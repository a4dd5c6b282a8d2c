"""The thin client of the checks, against real stores and everything else that may listen."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blinkenlights.errors import (
    StoreAnswer,
    StoreError,
    StoreNotReady,
    StoreRefused,
    StoreUnreachable,
)
from blinkenlights.store import layout
from blinkenlights.store.address import parse_address, unix_url
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import Command, Reply, StoreReader
from servers.faulty import FaultyProxy
from servers.process import make_folder, remove_folder
from servers.valkey import Valkey

OwnValkey = Callable[..., Valkey]
Proxy = Callable[[int], FaultyProxy]


def ask(url: str, *commands: Command, timeout: float = 5.0, ca_file: str = "") -> list[Reply]:
    with StoreReader(parse_address(url), timeout, ca_file) as store:
        return store.ask(*(commands or (("PING",),)))


def fail(url: str, *commands: Command, timeout: float = 5.0, ca_file: str = "") -> StoreError:
    with pytest.raises(StoreError) as caught:
        ask(url, *commands, timeout=timeout, ca_file=ca_file)
    return caught.value


def with_user(url: str, user: str) -> str:
    return url.replace("://", f"://{user}@")


def test_replies_come_in_order(valkey: Valkey) -> None:
    """Commands go out together; their replies are text, numbers, None and lists."""
    valkey.client().rpush("list", "a", "b")

    found = ask(valkey.url, ("LLEN", "list"), ("LRANGE", "list", 0, -1), ("GET", "none"))

    assert found == [2, ["a", "b"], None]


@pytest.mark.parametrize("name", ["a@b", "a%40b", "100%?"])
def test_a_socket_of_any_name_is_reached(valkey: Valkey, name: str) -> None:
    """Checks and daemons find it, also by the address that they show of it."""
    place = make_folder("sockets")
    try:
        socket = place / name
        socket.symlink_to(valkey.socket)

        async def ping(url: str) -> bool:
            client = StoreClient(url)
            try:
                return bool(await client.redis.ping())
            finally:
                await client.close()

        for url in (unix_url(str(socket)), str(parse_address(unix_url(str(socket))))):
            assert ask(url) == ["PONG"]
            assert asyncio.run(ping(url))
    finally:
        remove_folder(place)


def test_large_replies_arrive_whole(valkey: Valkey) -> None:
    """A reply of several megabytes comes in many pieces and is put together."""
    valkey.client().set("large", "é" * 2_000_000)

    assert ask(valkey.url, ("GET", "large")) == ["é" * 2_000_000]


def test_bytes_that_are_no_text_are_shown_escaped(valkey: Valkey) -> None:
    """Somebody else's bytes do not break the reader."""
    valkey.client().set("bytes", b"a\xff")

    assert ask(valkey.url, ("GET", "bytes")) == ["a\\xff"]


def test_a_database_of_another_number(valkey: Valkey) -> None:
    """The database in the URL is the one that is asked."""
    valkey.client(db=5).set("key", "five")

    assert ask(valkey.url.removesuffix("0") + "5", ("GET", "key")) == ["five"]
    assert ask(valkey.socket_url + "?db=5", ("GET", "key")) == ["five"]
    assert ask(valkey.url, ("GET", "key")) == [None]


def test_a_unix_socket(valkey: Valkey) -> None:
    """A store on a Unix socket is asked there."""
    assert ask(valkey.socket_url) == ["PONG"]


def test_a_password(own_valkey: OwnValkey) -> None:
    """With the password the store answers; without, or with another, it refuses."""
    url = own_valkey({"requirepass": "s3cret"}).url

    assert ask(with_user(url, ":s3cret")) == ["PONG"]
    for error in (fail(url), fail(with_user(url, ":wr0ng")), fail(with_user(url, "me:s3cret"))):
        assert isinstance(error, StoreRefused)
        assert "mend user, password or ACL" in str(error)
        assert "s3cret" not in str(error)
        assert "wr0ng" not in str(error)


def test_a_password_for_a_store_that_wants_none(valkey: Valkey) -> None:
    """A store without a password says so; it is not taken for a store that fails."""
    error = fail(with_user(valkey.url, ":s3cret"))

    assert isinstance(error, StoreRefused)
    assert "s3cret" not in str(error)


def test_a_user_with_few_rights(own_valkey: OwnValkey) -> None:
    """A user may do what its ACL allows; the rest is refused and named."""
    server = own_valkey()
    server.client().acl_setuser(
        "checks",
        enabled=True,
        passwords=["+pw"],
        commands=["+get", "+ping"],
        keys=["mine:*", f"{layout.COLLECTOR}*"],
    )
    url = with_user(server.url, "checks:pw")

    assert ask(url, ("GET", "mine:1")) == [None]
    for error in (fail(url, ("GET", "yours:1")), fail(url, ("DEL", "mine:1"))):
        assert isinstance(error, StoreRefused)
        assert "no permissions" in str(error).lower()


def test_tls(own_valkey: OwnValkey) -> None:
    """With the authority's certificate the store is trusted; without, it is not asked."""
    server = own_valkey(tls=True)
    assert server.certificates is not None

    assert ask(server.tls_url, ca_file=str(server.certificates.authority)) == ["PONG"]
    error = fail(server.tls_url)
    assert isinstance(error, StoreUnreachable)
    assert "certificate" in str(error)


def test_tls_for_another_name(own_valkey: OwnValkey) -> None:
    """A certificate for another host is no proof."""
    server = own_valkey(tls=True)
    assert server.certificates is not None
    url = server.tls_url.replace("127.0.0.1", "127.0.0.2")

    # Loopback is one interface: 127.0.0.2 reaches a server only where it binds to it.
    with socket.create_server(("127.0.0.2", 0)) as listener:
        port = listener.getsockname()[1]
        relay = threading.Thread(
            target=_relay_once, args=(listener, ("127.0.0.1", server.tls_port)), daemon=True
        )
        relay.start()
        error = fail(
            url.replace(str(server.tls_port), str(port)),
            ca_file=str(server.certificates.authority),
        )
        relay.join(10)

    assert isinstance(error, StoreUnreachable)
    assert "127.0.0.2" in str(error)


def _relay_once(listener: socket.socket, upstream: tuple[str, int]) -> None:
    near, _ = listener.accept()
    with near, socket.create_connection(upstream, timeout=5) as far:
        near.settimeout(5)
        far.sendall(near.recv(65536))
        near.sendall(far.recv(65536))


def test_tls_to_a_store_without(valkey: Valkey) -> None:
    """A store that speaks no TLS is unreachable by rediss://."""
    error = fail(valkey.url.replace("redis:", "rediss:"), timeout=0.3)

    assert isinstance(error, StoreUnreachable)


def test_a_missing_ca_file_is_named(own_valkey: OwnValkey) -> None:
    """When the CA file is not there, the sentence names it and not the network."""
    error = fail(own_valkey(tls=True).tls_url, ca_file="/nowhere/ca.pem")

    assert "/nowhere/ca.pem" in str(error)


def test_nobody_listens(free_port: Callable[[], int]) -> None:
    """A closed port is said to be refused, with its address."""
    url = f"redis://127.0.0.1:{free_port()}/0"

    error = fail(url)

    assert isinstance(error, StoreUnreachable)
    assert str(error) == f"the store at {url} cannot be reached: Connection refused"


def test_a_host_without_an_address() -> None:
    """A name that does not exist is said with the resolver's words."""
    error = fail("redis://store.invalid/0")

    assert isinstance(error, StoreUnreachable)
    assert "store.invalid" in str(error)


def test_a_missing_socket() -> None:
    """A socket that is not there is named."""
    error = fail("unix:///nowhere/store.sock")

    assert isinstance(error, StoreUnreachable)
    assert "unix:///nowhere/store.sock" in str(error)


def test_a_store_that_hangs(valkey: Valkey, faulty_proxy: Proxy) -> None:
    """No answer in time is said to be that."""
    proxy = faulty_proxy(valkey.port)
    proxy.hang()

    error = fail(proxy.url, timeout=0.2)

    assert isinstance(error, StoreUnreachable)
    assert "no answer in time" in str(error)


def test_a_reply_that_is_cut(valkey: Valkey, faulty_proxy: Proxy) -> None:
    """A connection that ends within a reply is no reply."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(b"*2\r\n$3\r\nabc\r\n$100\r\nde")

    error = fail(proxy.url, ("LRANGE", "list", 0, -1))

    assert isinstance(error, StoreUnreachable)
    assert "closed the connection" in str(error)


def test_a_reply_that_never_comes(valkey: Valkey, faulty_proxy: Proxy) -> None:
    """A connection that is closed without an answer is said to be closed."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(b"")

    assert "closed the connection" in str(fail(proxy.url))


@pytest.mark.parametrize(
    "rubbish",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="web-server"),
        pytest.param(b"220 mail.example ESMTP\r\n", id="mail-server"),
        pytest.param(b"\x00\x01\x02\xff\r\n", id="bytes"),
        pytest.param(b"*-5\r\n", id="negative-length"),
        pytest.param(b"$abc\r\n", id="no-length"),
    ],
)
def test_something_else_answers(valkey: Valkey, faulty_proxy: Proxy, rubbish: bytes) -> None:
    """What does not speak Redis' protocol is said not to."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(rubbish)

    error = fail(proxy.url)

    assert isinstance(error, StoreAnswer)
    assert "does not speak Redis' protocol" in str(error)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("LOADING Redis is loading the dataset in memory", StoreNotReady),
        ("BUSY Redis is busy running a script", StoreNotReady),
        ("MASTERDOWN Link with MASTER is down", StoreNotReady),
        ("NOAUTH Authentication required.", StoreRefused),
        ("NOPERM No permissions to access a key", StoreRefused),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", StoreAnswer),
        ("ERR max number of clients reached", StoreNotReady),
    ],
)
def test_what_a_store_may_say(
    valkey: Valkey, faulty_proxy: Proxy, said: str, kind: type[StoreError]
) -> None:
    """Each complaint of a store is sorted by who can do something about it."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(f"-{said}\r\n".encode())

    error = fail(proxy.url)

    assert type(error) is kind
    assert said.rstrip(".") in str(error)


@pytest.fixture
def silent_socket() -> Iterator[Path]:
    """Give the path of a Unix socket that accepts connections and never answers."""
    folder = make_folder("silent")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(folder / "s.sock"))
        listener.listen()
        yield folder / "s.sock"
    remove_folder(folder)


def test_a_socket_that_never_answers(silent_socket: Path) -> None:
    """A process that accepts and then hangs costs no more than the timeout."""
    error = fail(f"unix://{silent_socket}", timeout=0.2)

    assert isinstance(error, StoreUnreachable)
    assert "no answer in time" in str(error)
