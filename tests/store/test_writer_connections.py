"""What becomes of a writer whose store cannot be reached, or does not let it in."""

from collections.abc import Callable
from typing import Any

import pytest

from blinkenlights.errors import (
    ConfigError,
    StoreRefused,
    StoreUnreachable,
)
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.store.client import StoreClient
from servers.faulty import FaultyProxy
from servers.simulation import NOW
from servers.valkey import Valkey
from store.failing import OwnValkey, Simulate, fail


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({}, "uthentication required", id="no-password"),
        pytest.param({"password": "wrong-one"}, "invalid username-password", id="wrong-password"),
        pytest.param(
            {"username": "nobody", "password": "secret"}, "invalid username-password", id="user"
        ),
    ],
)
def test_a_store_that_wants_a_password(
    own_valkey: OwnValkey, options: dict[str, Any], said: str
) -> None:
    """Without the right password the store refuses, and the sentence holds no password."""
    server = own_valkey({"requirepass": "secret"})

    error = fail(server.url, **options)

    assert isinstance(error, StoreRefused)
    assert said in str(error)
    assert "mend user, password or ACL" in str(error)
    assert "secret" not in str(error)
    assert "wrong-one" not in str(error)


def test_a_password_in_the_url_is_not_shown(own_valkey: OwnValkey) -> None:
    """Whatever the URL holds, errors name host and port only."""
    server = own_valkey({"requirepass": "secret"})
    url = server.url.replace("127", "user:p%40ss/word@127")

    error = fail(url)

    assert isinstance(error, StoreRefused)
    assert f"127.0.0.1:{server.port}" in str(error)
    assert "p%40ss" not in str(error)
    assert "word" not in str(error).replace("password", "")


def test_a_user_without_the_right_to_write(own_valkey: OwnValkey) -> None:
    """An ACL that is too narrow is refused with what is missing."""
    server = own_valkey()
    server.client().acl_setuser(
        "reader", enabled=True, passwords=["+pw"], commands=["+@read"], keys=["*"]
    )

    error = fail(server.url, username="reader", password="pw")

    assert isinstance(error, StoreRefused)
    assert "no permissions to run" in str(error)
    assert "mend user, password or ACL" in str(error)


def test_tls(own_valkey: OwnValkey, simulate: Simulate) -> None:
    """With the authority's certificate a store is written to; without, it is not trusted."""
    server = own_valkey(tls=True)
    assert server.certificates is not None
    simulation = simulate(server.tls_url, ca_file=str(server.certificates.authority))

    simulation.beat("x")

    assert server.client().zcard(heartbeat_keys.SEEN_BY_INTERVAL + "60") == 1
    assert "certificate" in str(fail(server.tls_url))


def test_a_missing_ca_file_is_a_mistake_in_the_configuration() -> None:
    """A CA file that cannot be read is named at once; waiting would not help."""
    with pytest.raises(ConfigError, match=r"the CA file /nowhere/ca\.pem cannot be used: No such"):
        StoreClient("rediss://127.0.0.1/0", ca_file="/nowhere/ca.pem")


def test_a_socket_and_a_database(valkey: Valkey, simulate: Simulate) -> None:
    """A Unix socket and a database of another number are written to."""
    simulate(f"{valkey.socket_url}?db=3").beat("x")
    simulate(valkey.url.removesuffix("0") + "4").beat("x")

    assert valkey.client(db=3).zcard(heartbeat_keys.SEEN_BY_INTERVAL + "60") == 1
    assert valkey.client(db=4).zcard(heartbeat_keys.SEEN_BY_INTERVAL + "60") == 1
    assert valkey.client().dbsize() == 0


def test_a_store_that_is_not_there(free_port: Callable[[], int]) -> None:
    """Nobody listens: the address is named."""
    url = f"redis://127.0.0.1:{free_port()}/0"

    error = fail(url)

    assert isinstance(error, StoreUnreachable)
    assert str(error).startswith(f"the store at {url} cannot be reached: ")


def test_a_socket_that_is_not_there() -> None:
    """The path of a missing socket is named."""
    error = fail("unix:///nowhere/store.sock")

    assert isinstance(error, StoreUnreachable)
    assert "unix:///nowhere/store.sock" in str(error)


def test_a_store_that_hangs(valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy]) -> None:
    """No answer in time is an unreachable store."""
    proxy = faulty_proxy(valkey.port)
    proxy.hang()

    assert isinstance(fail(proxy.url, timeout=0.2), StoreUnreachable)


def test_a_connection_that_breaks(
    valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy], simulate: Simulate
) -> None:
    """A broken connection costs at most one attempt: the next one connects again."""
    proxy = faulty_proxy(valkey.port)
    simulation = simulate(proxy.url)
    simulation.beat("before")
    proxy.cut()

    try:
        simulation.beat("x")
    except StoreUnreachable:
        simulation.beat("x")

    assert valkey.client().zscore(heartbeat_keys.SEEN_BY_INTERVAL + "60", "x") == NOW


def test_something_else_than_a_store(
    valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy]
) -> None:
    """A web server behind the store's address is said to be no store, in one of our errors."""
    proxy = faulty_proxy(valkey.port)
    proxy.answer(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n")

    error = fail(proxy.url)

    assert proxy.url in str(error)
    assert "\n" not in str(error)
