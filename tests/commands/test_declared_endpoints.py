"""`blinkenlights expect` and `forget` with endpoints and probers, in a real store."""

import asyncio
import json
from typing import Any

import redis

from blinkenlights.outbox.taken import Tries
from blinkenlights.posting.entry import Entry, Nothing
from blinkenlights.posting.keys import outbox_of
from blinkenlights.posting.posting_outbox import PostingOutbox
from blinkenlights.posting.queueing import Queueing, queued
from blinkenlights.store.client import StoreClient
from commands.calling import Command
from servers.simulated_endpoints import SimulatedEndpoints

CART = "shop/cart"


def test_an_endpoint_is_expected_retired_and_forgotten(
    command: Command, endpoints: SimulatedEndpoints
) -> None:
    """Each is said in a line, and the list has what is declared."""
    store = ("--redis", endpoints.simulation.url)
    endpoints.probed(CART, "f")

    expected = command("expect", "--endpoint", CART, *store)
    listed = command("expect", "--json", *store)
    retired = command("expect", "--retired", "--endpoint", CART, *store)
    failing = endpoints.ask(CART)
    forgotten = command("forget", "--endpoint", "shop/*", *store)
    again = command("forget", "--endpoint", CART, *store)

    assert (expected.code, expected.out) == (0, "expected: endpoint shop/cart\n")
    assert json.loads(listed.out)["expected"][0]["endpoint"] == CART
    assert (retired.code, retired.out) == (0, "retired: endpoint shop/cart\n")
    assert failing.summary == "retired: shop/cart"
    assert (forgotten.code, forgotten.out) == (0, "forgotten: endpoint shop/cart\n")
    assert again.code == 1
    assert endpoints.ask(CART).code == 3


def test_a_prober_is_forgotten(command: Command, endpoints: SimulatedEndpoints) -> None:
    """One that is gone for good alarms until then."""
    endpoints.report(age=600)
    down = endpoints.ask_probers()

    forgotten = command("forget", "--prober", "berlin", "--redis", endpoints.simulation.url)

    assert down.code == 2
    assert (forgotten.code, forgotten.out) == (0, "forgotten: prober berlin\n")
    assert endpoints.ask_probers().code == 3


def test_what_a_prober_that_is_forgotten_had_to_post_is_forgotten(
    command: Command, endpoints: SimulatedEndpoints
) -> None:
    """All of it, and nothing of another one whose name begins alike."""
    client: Any = redis.Redis.from_url(endpoints.simulation.url, decode_responses=True)

    async def post(prober: str) -> None:
        store = StoreClient(endpoints.simulation.url)
        queueing = Queueing(store, prober, 1, lambda: endpoints.now)
        for at in (1.0, 2.0, 3.0):
            entry = Entry(at=at + len(prober), result="ok")
            both = [queued("d#1", "http", CART, entry), queued("e#1", "http", "a/b", entry)]
            await queueing.store(both)
        outbox = PostingOutbox(store, outbox_of(prober), Entry, Nothing, most_entries=1, bound=1)
        (taken, _) = await outbox.take(endpoints.now, 60, 10)
        await outbox.failed(taken, Tries(times=1, since=0, at=0, error="x"), endpoints.now, None)
        await store.close()

    for name in ("berlin", "berlin2"):
        endpoints.report(name, age=600)
        asyncio.run(post(name))
    posting = "blinkenlights:{endpoint}:posting:"
    before = {*client.keys(f"{posting}berlin2:*")}
    assert {*client.keys(f"{posting}berlin:*")}

    command("forget", "--prober", "berlin", "--redis", endpoints.simulation.url)

    assert client.keys(f"{posting}berlin:*") == []
    assert {*client.keys(f"{posting}berlin2:*")} == before
    client.close()


def test_results_that_no_output_took_are_shown(
    command: Command, endpoints: SimulatedEndpoints
) -> None:
    """Newest first, with why; as JSON with what was in them. What cannot be read hides nothing."""
    client: Any = redis.Redis.from_url(endpoints.simulation.url, decode_responses=True)
    store = ("--redis", endpoints.simulation.url)
    nothing = command("probe", "dead", *store)
    for number, name in enumerate(("berlin", "riga")):
        endpoints.report(name)
        letter = {
            "at": 1_764_334_800.0 + number,
            "endpoint": CART if number else "",
            "output": "http",
        }
        letter |= {"error": f"answered {422 + number}", "number": 3, "entries": []}
        key = f"blinkenlights:{{endpoint}}:posting:{name}:dead"
        client.lpush(key, json.dumps(letter), "nonsense")
    client.close()

    table = command("probe", "dead", *store)
    listed = command("probe", "dead", "--prober", "riga", "--json", *store)

    assert (nothing.code, nothing.out) == (0, "nothing was given up\n")
    head, first, second = table.out.splitlines()
    assert head.split() == ["given", "up", "results", "of", "output", "how", "many", "why"]
    assert first.split() == ["2025-11-28", "13:00:01Z", CART, "http", "3", "answered", "423"]
    assert "the prober itself" in second
    assert [each["error"] for each in json.loads(listed.out)] == ["answered 423"]
