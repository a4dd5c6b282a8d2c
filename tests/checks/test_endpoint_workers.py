"""check_endpoint, where workers probe: how often they come, and what each of them found."""

from servers.simulated_endpoints import SimulatedEndpoints

CART, HEALTH = "shop/cart", "www.example.net/health"
ASKED = [
    {"worker": "w1", "result": "failed", "reason": "timed out"},
    {"worker": "w2", "result": "failed", "reason": "status was 503"},
    {"worker": "w3", "result": "ok"},
    {"worker": "w4", "result": "unanswered", "reason": "it said nothing in time"},
]


def test_it_is_probed_less_often(endpoints: SimulatedEndpoints) -> None:
    """That is said beside its state, and is no trouble of the endpoint."""
    endpoints.probed(HEALTH, age=10, period=180, planned=60)

    said = endpoints.ask(f"{HEALTH} -v")

    assert said.code == 0
    assert said.summary == (
        f"{HEALTH} good, probed 10s ago in 0.081s, every 3m instead of 1m, next in 2m 50s"
    )
    assert said.details == [f"{HEALTH} probed every 3m instead of 1m; see check_probe"]


def test_it_is_not_overdue_before_that(endpoints: SimulatedEndpoints) -> None:
    """It stays judged until the next result that was announced is missed."""
    endpoints.probed(HEALTH, period=180, planned=60)
    endpoints.later(180 + 180 + 9)

    assert endpoints.ask(HEALTH).code == 0

    endpoints.later(2)
    assert endpoints.ask(HEALTH).code == 3


def test_a_bad_one_that_is_probed_less_often(endpoints: SimulatedEndpoints) -> None:
    """It is said on line 1 of one, and on the lines of several."""
    endpoints.probed(CART, "f", age=5, period=180, planned=60)
    endpoints.probed(HEALTH)

    one, several = endpoints.ask(CART), endpoints.ask("'*' -v")

    assert one.summary.startswith("shop/cart failing for 5s, probed every 3m instead of 1m: json")
    assert ", 1 in a row, probed every 3m instead of 1m: json" in several.details[0]


def test_some_are_probed_less_often(endpoints: SimulatedEndpoints) -> None:
    """Of several that were asked for it says which."""
    endpoints.probed(CART, period=120, planned=60)
    endpoints.probed(HEALTH)

    said = endpoints.ask("'*'")

    assert said.code == 0
    assert said.summary == (
        f"2 endpoints good, slowest {CART} 0.081s, probed less often than planned: {CART} every "
        "2m instead of 1m"
    )


def test_the_usual_period_is_not_said(endpoints: SimulatedEndpoints) -> None:
    """Nor one that is as planned."""
    endpoints.probed(HEALTH, period=60, planned=60)

    assert "instead" not in endpoints.ask(HEALTH).summary


def test_what_each_worker_found(endpoints: SimulatedEndpoints) -> None:
    """Several were asked: each with its result and its reason."""
    endpoints.probed(CART, "f", worker="w1", location="fra", asked=ASKED)

    said = endpoints.ask(f"{CART} -v")

    assert said.code == 2
    assert said.details[1:] == [
        "shop/cart by worker w1 at fra: failed: timed out",
        "shop/cart by worker w2 at fra: failed: status was 503",
        "shop/cart by worker w3 at fra: good",
        "shop/cart by worker w4 at fra: no answer: it said nothing in time",
    ]


def test_programs_get_all_of_it(endpoints: SimulatedEndpoints) -> None:
    """Location, worker, period by the schedule, and who was asked."""
    endpoints.probed(CART, "f", worker="w1", location="fra", asked=ASKED, period=180, planned=60)

    [one] = endpoints.ask(f"{CART} --json").json["endpoints"]

    assert (one["location"], one["worker"], one["planned"]) == ("fra", "w1", 60)
    assert one["asked"][1] == {"worker": "w2", "result": "failed", "reason": "status was 503"}


def test_who_probed_it_last(endpoints: SimulatedEndpoints) -> None:
    """Where it is overdue, that is the worker."""
    endpoints.probed(CART, age=300, worker="w1", location="fra")

    said = endpoints.ask(CART)

    assert said.code == 3
    assert "last 5m ago by w1 at fra, due 4m ago" in said.summary
