"""`blinkenlights expect` and `forget` with endpoints and probers, in a real store."""

import json

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
