"""check_collector about its store: full, without room, one that lost something."""

import re
from collections.abc import Callable

import pytest
import redis

from servers.simulation import Simulation
from servers.valkey import Valkey


def test_a_full_store(simulation: Simulation, own_valkey: Callable[..., Valkey],
                      simulate: Callable[..., Simulation]) -> None:  # fmt: skip
    """Memory is judged in percent of the store's maximum, where there is one."""
    server = own_valkey({"maxmemory": "100mb"})
    other = simulate(server.url)
    other.old()
    other.collector()

    said = other.collectors("--memory-warning 0.05 --memory-critical 0.1")

    assert said.code == 2
    assert re.fullmatch(r"store memory now \d+% of 100\.0 MiB, limit 0\.1%", said.summary)
    assert re.fullmatch(r"\d\.\d+%;0\.05;0\.1;0;100", said.perfdata["store_memory_percent"])
    assert said.perfdata["store_memory"].endswith("B;;;0;104857600")
    assert other.collectors().code == 0
    assert "store_memory_percent" not in simulation.collectors().perfdata


def test_a_store_without_room(
    own_valkey: Callable[..., Valkey], simulate: Callable[..., Simulation]
) -> None:
    """A store that refuses what is written is CRITICAL, said before who cannot report for it."""
    server = own_valkey()
    full = simulate(server.url)
    full.old()
    full.collector()
    client = server.client()
    client.set("filler", "x" * 5_000_000)
    client.config_set("maxmemory", "4mb")
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        client.set("more", "x")

    running = full.collectors()
    full.now += 36
    said = full.collectors()

    words = r"the store is full: \d+\.\d of 4\.0 MiB, limit 99%: nothing can be stored"
    assert running.code == 2
    assert re.fullmatch(f"{words} since the last report 0s ago", running.summary)
    assert said.code == 2
    assert re.fullmatch(
        f"{words} since the last report 36s ago; collector collector-1 is down or "
        "cannot write, last report 36s ago, limit 30s: nothing can be judged",
        said.summary,
    )
    assert full.heartbeats().summary == (
        "collector collector-1 is down or cannot write, last report 36s ago, limit 30s: "
        "nothing can be judged"
    )


def test_a_store_that_refused_has_a_little_room(
    own_valkey: Callable[..., Valkey], simulate: Callable[..., Simulation]
) -> None:
    """With 99 % in use it is full, at once and not when reports are missing; unless it evicts."""
    server = own_valkey({"maxmemory": "100mb"})
    tight = simulate(server.url)
    tight.old()
    tight.collector()
    client = server.client()
    client.set("filler", "x" * 20_000_000)
    client.config_set("maxmemory", int(client.info("memory")["used_memory"] / 0.995))

    running = tight.collectors()
    tight.now += 36
    said = tight.collectors()
    client.config_set("maxmemory-policy", "allkeys-lru")
    evicting = tight.collectors()

    assert (running.code, running.summary.partition(":")[0]) == (2, "the store is full")
    assert said.summary.startswith("the store is full: ")
    assert evicting.summary.startswith("collector collector-1 is down or cannot write")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (1000, 990.2, "transfers between 13:56:40 and 13:56:50 UTC may be missing"),
        (90000, 3590, "transfers between 2026-09-20 13:13:20 and 13:13:30 UTC may be missing"),
        (4000, 3601, ""),
    ],
)
def test_what_the_store_has_lost_is_said_for_an_hour(
    simulation: Simulation, start: float, end: float, said: str
) -> None:
    """With the time of which something may be missing, whatever else was not heard around it."""
    simulation.gap(start, end, lost="transfers")
    simulation.gap(end, end - 10)
    simulation.collector()

    answer = simulation.collectors()

    assert answer.state == ("WARNING" if said else "OK")
    assert said in answer.summary
    [[gap]] = simulation.collectors("--json").json["gaps"].values()
    assert gap["lost"] == "transfers"
    assert gap["end"] == pytest.approx(simulation.now - end + 10)
