"""What checks ask of machines: the census, who was not seen, who fails, and what is known."""

import asyncio

import pytest

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.handover import PoolLimits, set_pool_limits
from blinkenlights.kinds.machine.keys import Quarantine
from blinkenlights.kinds.machine.read import PoolLimit, SeenMachine
from blinkenlights.store.client import StoreClient
from servers.machines import NAME, NOW, OTHER_POOL, POOL, Told
from servers.valkey import Valkey

OTHER = "mdc2:ms-200"


def census(told: Told) -> machines.MachineCensus:
    with told.reader() as store:
        return machines.read_census(store.ask(*machines.COMMANDS))


async def demand(valkey: Valkey, *limits: PoolLimits) -> None:
    store = StoreClient(valkey.url)
    await set_pool_limits(store, limits)
    await store.close()


def test_an_empty_store(told: Told) -> None:
    """Nothing is known, and nothing demanded."""
    found = census(told)

    assert found.limit_of(POOL) is None
    assert found == ([], {}, 0, {}, 0, {}, [])


def test_the_census(told: Told, valkey: Valkey) -> None:
    """Pools, who is awaited, who is lost, who is in quarantine, and what is demanded of a pool."""
    linux = PoolLimits("releng/l*", 60.0, None, 20, 5)
    asyncio.run(demand(valkey, linux, PoolLimits("*", None, 9.0, None, None)))
    told.completed(age=300)
    told.silent(age=200, machine=OTHER, pool=OTHER_POOL, lasted=50)
    told.run(told.store.expect("mdc1:never", NOW))
    told.run(told.store.quarantine(NAME, NOW, None, "disk"))

    found = census(told)

    assert found.pools == [POOL, OTHER_POOL]
    assert (found.awaited, found.awaited_total) == ({"mdc1:never": NOW}, 1)
    assert (found.lost, found.lost_total) == ({OTHER: NOW - 200}, 1)
    assert found.quarantined == {NAME: Quarantine(NAME, NOW, None, "disk")}
    assert found.limit_of(POOL) == PoolLimit("releng/l*", 60.0, None, 20, 5)
    assert found.limit_of("releng/osx") == PoolLimit("*", None, 9.0, None, None)


def test_who_was_not_seen(told: Told) -> None:
    """Of each pool those before its limit, oldest first; without a limit it lists nobody."""
    for age in (100, 300, 200):
        told.completed(age=age, machine=f"mdc1:ms-{age}")
    told.completed(age=900, machine=OTHER, pool=OTHER_POOL)

    with told.reader() as store:
        here, there = machines.unseen_since(
            store, [POOL, OTHER_POOL], {POOL: NOW - 200, OTHER_POOL: None}.get
        )
        both = machines.unseen_since(store, [POOL], lambda _: NOW - 150)

    oldest = SeenMachine("mdc1:ms-300", NOW - 300, POOL)
    assert (here.total, here.outside, here.listed, here.oldest) == (3, 1, [oldest], oldest)
    assert [each.machine for each in both[0].listed] == ["mdc1:ms-300", "mdc1:ms-200"]
    assert (there.total, there.outside, there.listed) == (1, 0, [])
    assert there.oldest == SeenMachine(OTHER, NOW - 900, OTHER_POOL)


def test_who_fails(told: Told) -> None:
    """Those who failed often enough, the worst first."""
    for number in (1, 3, 2):
        for age in range(number):
            told.failed(age=age, machine=f"mdc1:ms-{number}")

    with told.reader() as store:
        found = machines.failing(store, 2)

    assert list(found.items()) == [("mdc1:ms-3", 3), ("mdc1:ms-2", 2)]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        pytest.param([], ["mdc2:b", "mdc1:a2", "mdc1:a1"], id="all"),
        pytest.param(["mdc1:*"], ["mdc1:a2", "mdc1:a1"], id="glob"),
        pytest.param(["mdc1:a[2-9]"], ["mdc1:a2"], id="brackets"),
        pytest.param(["mdc1:a[!1]"], ["mdc1:a2"], id="all-but"),
        pytest.param(["mdc1:a1", "mdc1:none"], ["mdc1:a1"], id="names"),
        pytest.param(["mdc1:a1", "*a1"], ["mdc1:a1"], id="both"),
    ],
)
def test_who_matches(told: Told, names: list[str], found: list[str]) -> None:
    """Names as they are and globs, in all pools that are asked for, oldest first."""
    told.completed(age=100, machine="mdc1:a1")
    told.completed(age=200, machine="mdc1:a2", pool=OTHER_POOL)
    told.completed(age=300, machine="mdc2:b")

    with told.reader() as store:
        matching = machines.matching(store, [POOL, OTHER_POOL], names)
        elsewhere = machines.matching(store, ["none"], names)

    assert [seen.machine for seen in matching] == found
    assert elsewhere == []


def test_facts_of_some(told: Told) -> None:
    """Who is not known is left out."""
    told.completed(age=100)

    with told.reader() as store:
        assert machines.facts_of(store, [NAME, OTHER]).keys() == {NAME}
        assert machines.facts_of(store, []) == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{}", id="object"),
        pytest.param("[]", id="list"),
        pytest.param("7", id="number"),
        pytest.param('"x"', id="text"),
    ],
)
def test_values_of_others(told: Told, valkey: Valkey, text: str) -> None:
    """What is not ours is said with its key."""
    told.completed(age=100)
    client = valkey.client()
    client.hset(keys.FACTS, NAME, text)
    with told.reader() as store, pytest.raises(StoreAnswer, match="facts holds something that"):
        machines.facts_of(store, [NAME])

    client.hset(keys.QUARANTINE, NAME, text)
    with pytest.raises(StoreAnswer, match="quarantine holds something that is not ours"):
        census(told)


@pytest.mark.parametrize("text", ["{", "7", "[7]", '[{"pool": "*"}]'])
def test_limits_of_others(told: Told, valkey: Valkey, text: str) -> None:
    """Demands that cannot be read are said with their key."""
    valkey.client().set(keys.LIMITS, text)

    with pytest.raises(StoreAnswer, match="limits holds something that is not ours"):
        census(told)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcomes", "[[1]]"),
        ("outcomes", "7"),
        ("last", "[1]"),
        ("last", "7"),
        ("hit", '"x"'),
        ("seen", '"x"'),
        ("lost", "null"),
    ],
)
def test_facts_that_are_partly_spoilt(field: str, value: str) -> None:
    """Whatever is wrong in them, it is one kind of error."""
    good = (
        '{"seen":1,"first":1,"receipt":1,"source":"","pool":"","last":false,"hit":false,'
        '"lost":0,"left":0,"outcomes":{}}'
    )
    assert keys.parse_facts(good).outcomes == []

    with pytest.raises(ValueError, match=r"."):
        keys.parse_facts(good[:-1] + f',"{field}":{value}}}')
