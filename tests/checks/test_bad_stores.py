"""Checks of a store that refuses, hangs, answers rubbish, wants a password or speaks TLS."""

import time
from collections.abc import Callable

import pytest

from servers.faulty import FaultyProxy
from servers.simulation import Said, Simulation
from servers.valkey import Valkey

CHECKS = ["heartbeat", "collector"]


def hold(said: Said, words: str) -> None:
    """Check that an answer is UNKNOWN in one sentence that holds `words`, without figures."""
    assert said.code == 3
    assert words in said.line
    assert said.perfdata == {}
    assert said.details == []


@pytest.fixture
def proxy(
    simulation: Simulation, valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy]
) -> FaultyProxy:
    """Give a proxy in front of a store in which all is well."""
    simulation.beat("x")
    return faulty_proxy(valkey.port)


@pytest.mark.parametrize("check", CHECKS)
def test_a_store_that_refuses(simulation: Simulation, proxy: FaultyProxy, check: str) -> None:
    """Nobody listens there."""
    proxy.refuse()

    hold(
        simulation.ask_words(check, "--redis", proxy.url),
        f"the store at {proxy.url} cannot be reached: Connection refused",
    )


@pytest.mark.parametrize("check", CHECKS)
def test_a_store_that_hangs(simulation: Simulation, proxy: FaultyProxy, check: str) -> None:
    """It accepts and does not answer: the answer comes within -t all the same."""
    proxy.hang()
    start = time.monotonic()

    hold(simulation.ask_words(check, "--redis", proxy.url, "-t", "0.3"), "no answer in time")
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("rubbish", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak Redis' protocol"),
        (b"*3\r\n$3\r\nab", "closed the connection"),
        (b"", "closed the connection"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", "is not ready: LOADING"),
        (b"-NOAUTH Authentication required.\r\n", "refuses us: NOAUTH"),
        (b"+OK\r\n" * 20, "cannot be read"),
        (b":7\r\n" * 20, "cannot be read"),
        (b"*0\r\n" * 20, "cannot be read"),
    ],
    ids=["web", "cut", "closed", "loading", "password", "texts", "numbers", "empty-lists"],
)
def test_a_store_that_answers_rubbish(
    simulation: Simulation, proxy: FaultyProxy, check: str, rubbish: bytes, words: str
) -> None:
    """What is no answer of a store of ours is said to be none."""
    proxy.answer(rubbish)

    hold(simulation.ask_words(check, "--redis", proxy.url), words)


@pytest.mark.parametrize("check", CHECKS)
def test_a_store_that_is_slow(simulation: Simulation, proxy: FaultyProxy, check: str) -> None:
    """Slow answers are answers."""
    proxy.delay(0.05)

    assert simulation.ask_words(check, "--redis", proxy.url).code == 0


@pytest.mark.parametrize("check", CHECKS)
def test_a_store_with_tls(
    own_valkey: Callable[..., Valkey],
    simulate: Callable[..., Simulation],
    monkeypatch: pytest.MonkeyPatch,
    check: str,
) -> None:
    """With the authority's certificate it is asked; without, the answer is UNKNOWN and says so."""
    server = own_valkey(tls=True)
    assert server.certificates is not None
    simulation = simulate(server.url)
    simulation.old()
    simulation.collector()
    simulation.beat("x")

    hold(simulation.ask_words(check, "--redis", server.tls_url), "is not trusted")
    monkeypatch.setenv("BLINKENLIGHTS_STORE_CA_FILE", str(server.certificates.authority))
    assert simulation.ask_words(check, "--redis", server.tls_url).code == 0
