"""check_endpoint: each state, with what line 1 says of it."""

from typing import Any

import pytest

from blinkenlights.store.reader import StoreReader
from servers.simulated_endpoints import SimulatedEndpoints

CART, PAY, HEALTH = "shop/cart", "shop/pay", "www.example.net/health"
COUNTS = ["good", "failing", "degraded", "overdue", "unheard", "expected"]


def figures(endpoints: SimulatedEndpoints, options: str = "") -> dict[str, float]:
    said = endpoints.ask(options)
    return {label: n for label in COUNTS if (n := said.number(label))}


def test_all_is_well(endpoints: SimulatedEndpoints) -> None:
    """OK says how many there are."""
    endpoints.probed(CART, "ggg")
    endpoints.probed(PAY, "g")

    said = endpoints.ask()

    assert said.code == 0
    assert said.text == (
        "ENDPOINT OK: 2 endpoints good | endpoints=2;;;0 good=2;;;0 failing=0;;;0 "
        "degraded=0;;;0 overdue=0;;;0 unheard=0;;;0 expected=0;;;0"
    )
    assert endpoints.ask("--all").text == said.text


def test_one_is_well(endpoints: SimulatedEndpoints) -> None:
    """It says when it was probed, how long that took and when the next one is; and its numbers."""
    endpoints.probed(
        HEALTH,
        age=10,
        certificate={"days": 30.5},
        time={"total": 0.081, "dns": 0.002},
        values={"queue.depth": 3, "is_ready": True, "version": "1.2"},
    )

    said = endpoints.ask(HEALTH)

    assert said.code == 0
    assert said.summary == f"{HEALTH} good, probed 10s ago in 0.081s, next in 50s"
    assert list(said.perfdata)[len(COUNTS) + 1 :] == [
        "time",
        "time_dns",
        "cert_days",
        "value_queue_depth",
    ]
    assert said.perfdata["time"] == "0.081s"
    assert endpoints.ask(f"--name {HEALTH}").text == said.text


def test_some_are_well(endpoints: SimulatedEndpoints) -> None:
    """Of several it names the slowest, and each one's numbers have its name."""
    endpoints.probed(CART, took=0.081)
    endpoints.probed(PAY, took=1.5)

    said = endpoints.ask("'shop/*'")

    assert said.summary == "2 endpoints good, slowest shop/pay 1.5s"
    assert (said.perfdata["shop_cart_time"], said.perfdata["shop_pay_time"]) == ("0.081s", "1.5s")


def test_times_may_be_judged_by_the_check(endpoints: SimulatedEndpoints) -> None:
    """Beside what its file says: which, how long, against which limit; the worst limit counts."""
    endpoints.probed(CART, took=0.7)
    endpoints.probed(PAY, took=2.5)

    said, well = endpoints.ask("'shop/*' -w 0.5 -c 2 -v"), endpoints.ask(f"{CART} -w 1 -c 2")

    assert (said.code, well.code) == (2, 0)
    assert said.summary == "shop/pay took 2.5s, limit 2; shop/cart took 0.7s, limit 0.5"
    assert said.details[:2] == [
        "CRITICAL: shop/pay took 2.5s, limit 2",
        "WARNING: shop/cart took 0.7s, limit 0.5",
    ]
    assert "name endpoints, or * for all" in endpoints.ask("-w 1").text


def test_the_time_of_a_probe_that_is_not_made_counts_no_more(
    endpoints: SimulatedEndpoints,
) -> None:
    """An old time within its limits makes nothing good."""
    endpoints.probed(CART, took=0.1, age=3600)

    assert endpoints.ask(f"{CART} -c 2").code == 3


def test_one_fails(endpoints: SimulatedEndpoints) -> None:
    """CRITICAL says which, for how long, and the value that it had and that is wanted."""
    endpoints.probed(PAY, "g")
    endpoints.probed(CART, "gfff", age=5, failures=(2, 3))

    said, one = endpoints.ask("-v"), endpoints.ask(CART)

    assert (said.code, one.code) == (2, 2)
    assert said.summary == (
        "1 of 2 endpoints failing: shop/cart (2m 5s): json.status was 'degraded', want 'ok'"
    )
    assert said.details == [
        (
            "CRITICAL: shop/cart failing for 2m 5s, since 2026-09-21 14:11:15 UTC, 3 of the last "
            "3, limit 2 of 3: json.status was 'degraded', want 'ok'"
        )
    ]
    assert one.summary == "shop/cart failing for 2m 5s: json.status was 'degraded', want 'ok'"
    assert figures(endpoints) == {"good": 1, "failing": 1}


def test_many_fail(endpoints: SimulatedEndpoints) -> None:
    """Line 1 has the first three, who fail longest; -v has all of them."""
    for number in range(5):
        endpoints.probed(f"e{number}", "f", age=number)

    said = endpoints.ask("-v")

    assert said.summary.startswith("5 of 5 endpoints failing: e4 (4s): ")
    assert "e1" not in said.summary
    assert len(said.details) == 5


@pytest.mark.parametrize("options", ["", "'shop/*'"])
def test_more_fail_than_are_looked_at(
    endpoints: SimulatedEndpoints, monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    """Nobody counts the others as good."""
    monkeypatch.setattr("blinkenlights.kinds.endpoint.survey.MOST_LISTED", 1)
    endpoints.probed(CART, "fff")
    endpoints.probed(PAY, "fff")

    said = endpoints.ask(options.strip("'"))

    assert said.code == 2
    assert (said.number("failing"), said.number("good"), said.number("endpoints")) == (1, 0, 2)


def test_one_is_degraded(endpoints: SimulatedEndpoints) -> None:
    """WARNING, in words that no core takes away."""
    endpoints.probed(CART, "gd", age=5)

    said = endpoints.ask(f"{CART} -v")

    assert said.code == 1
    assert said.summary == "shop/cart degraded for 5s: time.total was 0.9, limit 0.5"
    assert said.details == [
        (
            "WARNING: shop/cart degraded for 5s, since 2026-09-21 14:13:15 UTC, 1 in a row: "
            "time.total was 0.9, limit 0.5"
        )
    ]


def test_a_reason_that_a_server_made(endpoints: SimulatedEndpoints) -> None:
    """Nothing of it is markup, performance data or a macro; a long one ends on line 1."""
    endpoints.probed(CART, "f", reasons=["body was '<html>|$x'" + " " + "x" * 900])

    said = endpoints.ask(f"{CART} -v")

    assert said.summary.startswith("shop/cart failing for 0s: body was '_html_/Sx' xxx")
    assert len(said.line) < 200
    assert len(said.details[0]) > 500


def test_a_bad_result_that_is_not_enough(endpoints: SimulatedEndpoints) -> None:
    """OK, and it says that the last one was bad, and how many more it takes."""
    endpoints.probed(CART, "ggf", failures=(2, 3))

    said = endpoints.ask(f"{CART} -v")

    assert said.code == 0
    assert said.summary == (
        "shop/cart good, probed 0s ago in 0.081s: failed then, 1 of the last 3, limit 2 of 3 "
        "(json.status was 'degraded', want 'ok')"
    )
    assert said.details == [said.summary]


def test_a_good_result_that_is_not_enough(endpoints: SimulatedEndpoints) -> None:
    """It still fails, and says how many more good ones it takes."""
    endpoints.probed(CART, "fg", recoveries=2)

    said = endpoints.ask(CART)

    assert said.code == 2
    assert said.summary == "shop/cart failing for 1m: good again, 1 in a row, 2 needed"


def test_declared(endpoints: SimulatedEndpoints) -> None:
    """OK for five minutes, then CRITICAL; neither is called good."""
    endpoints.probed(PAY, "g")
    endpoints.expect(CART)
    fresh = endpoints.ask(), endpoints.ask(CART)
    endpoints.later(301)
    endpoints.probed(PAY, "g")

    said = endpoints.ask("-v")

    assert [each.code for each in fresh] == [0, 0]
    assert [each.summary for each in fresh] == [
        "1 endpoint good; expected and not probed yet: shop/cart",
        "expected and not probed yet: shop/cart",
    ]
    assert said.code == 2
    assert said.summary == (
        "1 expected endpoint never probed since declared: shop/cart (5m 1s), limit 5m"
    )
    assert said.details == [
        "CRITICAL: shop/cart declared and never probed since 2026-09-21 14:13:20 UTC, limit 5m"
    ]
    assert figures(endpoints) == {"good": 1, "expected": 1}
    assert endpoints.ask("--missing warning").code == 1
    assert endpoints.ask("--missing ok").summary == (
        "1 of 2 endpoints good; "
        "1 expected endpoint never probed since declared: shop/cart (5m 1s), limit 5m"
    )


def test_not_known(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN, by name, by glob and by label, and where there is none at all."""
    nothing = endpoints.ask()
    endpoints.probed(CART, "g")

    asked = {each: endpoints.ask(each) for each in ("nope", "'nope/*'", "--label a=b")}

    assert nothing.code == 3
    assert nothing.summary == (
        "no endpoint known: nobody has probed one since this store began 1h ago"
    )
    assert [said.code for said in asked.values()] == [3, 3, 3]
    assert asked["nope"].summary == (
        "not known: nope, neither probed nor declared since this store began 1h ago"
    )
    assert asked["'nope/*'"].summary == asked["--label a=b"].summary
    assert asked["'nope/*'"].summary.startswith("no endpoint matches what was asked for")
    assert endpoints.ask("nope --missing critical").code == 2


def test_removed(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN for who asks for it by its name; nobody else is alarmed by what its owner did."""
    endpoints.probed(CART, "f", age=100, labels={"team": "payments"})
    endpoints.probed(PAY, "g")
    endpoints.removed(CART, age=65)

    said = endpoints.ask(f"{CART} -v")

    assert said.code == 3
    assert said.summary == "removed from the endpoint files: shop/cart (1m 5s ago)"
    assert said.details == ["UNKNOWN: shop/cart is removed from the endpoint files"]
    assert endpoints.ask().summary == "1 endpoint good"
    assert endpoints.ask("'shop/*'").code == 0
    assert endpoints.ask("--label team=payments").summary.startswith("no endpoint matches")


def test_removed_and_expected(endpoints: SimulatedEndpoints) -> None:
    """Who declared it hears of it."""
    endpoints.expect(CART, age=500)
    endpoints.probed(CART, "g", age=10)
    endpoints.removed(CART)

    assert endpoints.ask().code == 3
    assert endpoints.ask().summary.startswith("shop/cart not probed in time: last 10s ago by b")


def test_retired(endpoints: SimulatedEndpoints) -> None:
    """OK, and named where it is asked for; it does not hide that nothing matches."""
    endpoints.probed(CART, "f", labels={"team": "payments"})
    endpoints.retire(CART)

    assert endpoints.ask(CART).code == 0
    assert endpoints.ask(CART).summary == "retired: shop/cart"
    assert endpoints.ask("--label team=payments").summary == "retired: shop/cart"
    assert endpoints.ask("--label team=other").code == 3


def test_labels(endpoints: SimulatedEndpoints) -> None:
    """Only those that have all of them; a value may be a glob."""
    endpoints.probed(CART, "f", labels={"team": "payments", "tier": "1"})
    endpoints.probed(PAY, "g", labels={"team": "payments"})
    endpoints.probed(HEALTH, "g")

    def total(options: str) -> float:
        return endpoints.ask(options).number("endpoints")

    assert total("--label team=payments") == 2
    assert total("--label 'team=pay*' --label tier=1") == 1
    assert total(f"{PAY} --label team=payments") == 1
    assert total("--label team=pay") == 0
    assert endpoints.ask("--label team").text.startswith("ENDPOINT UNKNOWN: ")


@pytest.mark.parametrize("options", ["--all shop/cart", "--endpoints /etc"])
def test_options_that_do_not_fit(endpoints: SimulatedEndpoints, options: str) -> None:
    """UNKNOWN says what to leave out."""
    assert endpoints.ask(options).code == 3


def test_json(endpoints: SimulatedEndpoints) -> None:
    """Programs get all that is known."""
    endpoints.probed(CART, "gf", failures=(2, 3), labels={"team": "payments"})

    known = endpoints.ask(f"{CART} --json").json

    assert known["state"] == "OK"
    [one] = known["endpoints"]
    assert (one["endpoint"], one["state"], one["recent"]) == (CART, "good", [0, 2])
    assert one["failing"] == {"bad_run": 0, "bad_since": 0, "good_run": 1}
    assert (one["failures"], one["labels"]) == ([2, 3], {"team": "payments"})


def test_labels_of_figures_stay(endpoints: SimulatedEndpoints) -> None:
    """Two names that fold to one are told apart before there are two of them."""
    endpoints.probed("shop/a-b")
    endpoints.probed("shop/z")
    before = endpoints.ask("'shop/*'").perfdata
    endpoints.probed("shop/a_b")
    after = endpoints.ask("'shop/*'").perfdata

    assert [label for label in before if label in after] == list(before)
    assert len(after) == len(before) + 1


def test_ten_thousand_cost_what_ten_cost(
    endpoints: SimulatedEndpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what is asked of the store, and by how much it answers."""
    asked: list[tuple[int, int]] = []
    ask = StoreReader.ask

    def counting(self: StoreReader, *commands: Any) -> Any:  # noqa: ANN401 - as `ask` has it
        replies = ask(self, *commands)
        asked.append((len(commands), len(str(replies))))
        return replies

    def cost() -> tuple[int, int]:
        asked.clear()
        assert endpoints.ask().number("failing") == 1
        calls, size = zip(*asked, strict=True)
        return sum(calls), sum(size)

    endpoints.probed(CART, "f")
    endpoints.send_together(endpoints.result(f"e{number}") for number in range(9))
    monkeypatch.setattr(StoreReader, "ask", counting)
    ten = cost()
    for thousand in range(10):
        endpoints.send_together(endpoints.result(f"e{thousand}/{number}") for number in range(1000))

    calls, size = cost()

    assert calls == ten[0]
    assert size <= ten[1] + 20
