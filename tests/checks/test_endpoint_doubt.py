"""check_endpoint while it is in doubt: nobody probes, nothing is heard, a file is broken."""

from typing import Any

import pytest

from blinkenlights.store import layout
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulation import SOCKET

CART, PAY, HEALTH = "shop/cart", "shop/pay", "www.example.net/health"


COUNTS = ["good", "failing", "degraded", "overdue", "unheard", "expected"]


OTHER = "tcp://127.0.0.1:3334"


def figures(endpoints: SimulatedEndpoints, options: str = "") -> dict[str, float]:
    said = endpoints.ask(options)
    return {label: n for label in COUNTS if (n := said.number(label))}


def problem(file: str = "shop.yml", **details: Any) -> dict[str, Any]:  # noqa: ANN401 - keys of it
    return {"file": file, "line": 7, "sentence": "duplicate key 'tests'", **details}


def test_nobody_probes_it(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN a period, a minute at least, and a timeout after it was due; without old numbers."""
    endpoints.probed(CART, "g")
    endpoints.later(129.9)
    before = endpoints.ask(CART)
    endpoints.later(0.1)

    said = endpoints.ask(f"{CART} -v")

    assert before.code == 0
    assert said.code == 3
    assert said.summary == (
        "shop/cart not probed in time: last 2m 10s ago by berlin, due 1m 10s ago, good then; "
        "see check_probe"
    )
    assert endpoints.ask().summary == (
        "shop/cart not probed in time: last 2m 10s ago by berlin, due 1m 10s ago, good then; "
        "see check_probe"
    )
    assert figures(endpoints) == {"overdue": 1}
    assert "time" not in said.perfdata
    assert [endpoints.ask(f"{CART} --missing {state}").code for state in ("ok", "critical")] == [
        0,
        2,
    ]


def test_nobody_probes_what_failed(endpoints: SimulatedEndpoints) -> None:
    """Nobody knows whether it still does."""
    endpoints.probed(CART, "f")
    endpoints.probed(PAY, "g")
    endpoints.later(200)

    said = endpoints.ask("-v")

    assert said.code == 3
    assert said.summary.startswith("2 of 2 endpoints not probed in time, see check_probe: shop/c")
    assert said.details[0].endswith("failing then")


def test_a_source_that_is_away(endpoints: SimulatedEndpoints) -> None:
    """What could not be heard is UNKNOWN with the reason, never overdue and never good."""
    endpoints.probed(CART, "g", age=700)
    endpoints.probed(PAY, "g", source=OTHER)
    away = endpoints.source(SOCKET, behind=690, connected=False, error="connection refused")
    endpoints.simulation.collector(sources=[away, endpoints.source(OTHER)])

    said = endpoints.ask("-v")

    assert said.code == 3
    assert said.summary.startswith(f"{SOCKET} not heard for 11m 30s (connection refused), limit 1m")
    assert figures(endpoints)["unheard"] == 1
    assert "overdue" not in figures(endpoints)


def test_a_source_that_was_away(endpoints: SimulatedEndpoints) -> None:
    """What should have come then is excused, once, and named for it."""
    endpoints.probed(CART, "g", age=200)
    endpoints.simulation.gap(190, 20, SOCKET)

    said = endpoints.ask(f"{CART} -v")

    assert said.code == 3
    assert said.summary == (
        "1 of 1 endpoints not heard, unix:///run/blinkenlights/lines.sock away for 2m 50s until "
        "20s ago (the broker was away): shop/cart (3m 20s)"
    )
    assert figures(endpoints) == {"unheard": 1}


@pytest.mark.parametrize("levels", ["g", "f"])
def test_no_collector(endpoints: SimulatedEndpoints, levels: str) -> None:
    """UNKNOWN says only that: neither CRITICAL nor OK, and no figure that is not known."""
    endpoints.probed(CART, levels)
    endpoints.simulation.now += 300
    endpoints.hear(age=300, behind=300)

    for options in ("-v", f"{CART} -v", "--missing ok"):
        said = endpoints.ask(options)
        assert said.code == 3
        assert said.summary.startswith("collector collector-1 is down or cannot write")
        assert not said.details
        assert "time" not in said.perfdata
    assert figures(endpoints) == {}


def test_a_new_store(endpoints: SimulatedEndpoints) -> None:
    """It learns: nothing is missed before everybody had time to be heard."""
    client = endpoints.simulation.client
    endpoints.simulation.run(client.ask(client.redis.set(layout.BORN, f"{endpoints.now - 10}")))
    endpoints.expect(CART)

    said = endpoints.ask()

    assert said.code == 3
    assert said.summary.startswith("learning: this store is 10s old")


def test_whoever_was_probed_is_known_to_a_new_store(endpoints: SimulatedEndpoints) -> None:
    """Asked for by its name it is judged as ever; all, a glob and who has no result are learnt."""
    client = endpoints.simulation.client
    endpoints.simulation.run(client.ask(client.redis.set(layout.BORN, f"{endpoints.now - 10}")))
    endpoints.probed(CART, "g")
    endpoints.probed(PAY, "g")
    endpoints.expect(HEALTH)

    good, both = endpoints.ask(CART), endpoints.ask(f"{CART} {PAY}")

    assert (good.code, both.code) == (0, 0)
    assert good.summary.startswith(f"{CART} good, probed ")
    for options in ("", "'shop/*'", f"{CART} {HEALTH}", f"{CART} nope", "--label team=x"):
        assert endpoints.ask(options).code == 3
        assert "learning: this store is 10s old" in endpoints.ask(options).text


def test_a_file_that_is_broken(endpoints: SimulatedEndpoints) -> None:
    """WARNING names file and line, for its endpoints and for what is not known, not for others."""
    endpoints.probed(CART, "g")
    endpoints.probed(PAY, "g", file="pay.yml")
    endpoints.report(problems=[problem(since=endpoints.now - 500)])
    words = (
        "shop.yml line 7 cannot be used since 2026-09-21 14:05:00 UTC: duplicate key 'tests'; "
        "what it said before is in force"
    )

    assert (endpoints.ask().code, endpoints.ask().summary) == (1, words)
    assert endpoints.ask(f"{CART} -v").details == [f"WARNING: {words}"]
    assert endpoints.ask(PAY).code == 0
    assert endpoints.ask("nope").summary.endswith(words)


def test_a_file_that_was_never_good(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN: nobody probes what it names."""
    endpoints.probed(CART, "g")
    endpoints.report(problems=[problem("new.yml", is_replaced=False)])

    assert endpoints.ask().code == 3
    assert endpoints.ask().summary == (
        "new.yml line 7 cannot be used: duplicate key 'tests'; none of its endpoints is probed"
    )
    assert endpoints.ask(CART).code == 0


def test_what_a_dead_prober_said_of_files(endpoints: SimulatedEndpoints) -> None:
    """It is not said for ever."""
    endpoints.probed(CART, "g")
    endpoints.report(age=60, problems=[problem()])

    assert endpoints.ask().code == 0


def test_a_result_of_the_far_future_keeps_nothing_good(endpoints: SimulatedEndpoints) -> None:
    """Whoever says that a probe was due in a hundred years is missed like everybody else."""
    future = endpoints.now + 100 * 365 * 86400
    endpoints.send(endpoints.result(CART, age=600, due=future, next=future + 60), age=600)

    assert endpoints.ask(CART).code == 3
