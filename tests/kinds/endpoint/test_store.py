"""Storing results of probes: what counts, and what becomes of order, repetition and clocks."""

from itertools import permutations

import pytest

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.keys import RUNS_KEPT, Facts, Track
from blinkenlights.store.report import source_id
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulation import NOW, SOCKET
from servers.valkey import Valkey

NAME = "shop/cart"
HOUR = 3600.0


def where(endpoints: SimulatedEndpoints, name: str = NAME) -> set[str]:
    """Return in which of the sets an endpoint is."""
    sets = {
        "names": keys.NAMES,
        "overdue": keys.OVERDUE,
        "failing": keys.FAILING,
        "degraded": keys.DEGRADED,
        "awaited": keys.AWAITED,
        "retired": keys.RETIRED,
        "removed": keys.REMOVED,
    }
    return {word for word, key in sets.items() if name in endpoints.members(key)}


def test_what_is_stored(endpoints: SimulatedEndpoints) -> None:
    """The last result, since when they are like it, how many, and when one was good."""
    endpoints.probed(NAME, "ggf", age=30)

    assert endpoints.facts(NAME) == Facts(
        due=NOW - 30.081,
        ended=NOW - 30,
        first=NOW - 150,
        receipt=NOW - 30,
        source=source_id(SOCKET),
        level=2,
        since=NOW - 30,
        streak=1,
        runs=3,
        good=NOW - 90,
        failing=Track(3, NOW - 30, 2),
        degraded=Track(3, NOW - 30, 2),
        recent=[0, 0, 2],
    )
    assert endpoints.details(NAME).reasons == ["json.status was 'degraded', want 'ok'"]
    assert where(endpoints) == {"names", "overdue", "failing", "degraded"}
    assert endpoints.members(keys.FAILING) == {NAME: NOW - 30}
    # A period after the next is due, and its timeout.
    assert endpoints.members(keys.OVERDUE) == {NAME: pytest.approx(NOW - 30.081 + 60 + 60 + 10)}


def test_a_moment_counts_once(endpoints: SimulatedEndpoints) -> None:
    """A result that comes again is no second one, whatever digits its moment has."""
    for due in (NOW - 60.12341, NOW - 0.12349):
        result = endpoints.result(NAME, "failed", due=due, next=due + 60)
        endpoints.send(result, result, result)

    assert (endpoints.facts(NAME).runs, endpoints.facts(NAME).streak) == (2, 2)


def test_another_result_of_the_same_moment(endpoints: SimulatedEndpoints) -> None:
    """The first that came counts: two probers of one endpoint do not make it fail twice."""
    endpoints.send(endpoints.result(NAME, "failed"), endpoints.result(NAME, "ok"))

    assert endpoints.facts(NAME).recent == [2]


def test_the_newest_counts_whatever_the_order(endpoints: SimulatedEndpoints) -> None:
    """What was due earlier than the last does not come back, however late it arrives."""
    results = [
        endpoints.result(NAME, word, age=age)
        for word, age in (("ok", 120), ("failed", 60), ("ok", 0))
    ]

    for order in permutations(results):
        endpoints.send(*order, *order)
        assert (endpoints.facts(NAME).due, endpoints.facts(NAME).level) == (results[2]["due"], 0)
        assert where(endpoints) == {"names", "overdue"}
        endpoints.forget(NAME)


def test_so_many_among_so_many(endpoints: SimulatedEndpoints) -> None:
    """By `failures: 2 of 3` the second makes it fail, since the first of them."""
    endpoints.probed(NAME, "gfg", age=60, failures=(2, 3))
    one = where(endpoints)
    endpoints.probed(NAME, "f", failures=(2, 3))

    assert one == {"names", "overdue"}
    assert endpoints.members(keys.FAILING) == {NAME: NOW - 120}


def test_recoveries(endpoints: SimulatedEndpoints) -> None:
    """By `recoveries: 2` it takes two good ones in a row; a bad one between begins anew."""
    endpoints.probed(NAME, "fgfg", age=60, recoveries=2)
    one = where(endpoints)
    endpoints.probed(NAME, "g", recoveries=2)

    assert "failing" in one
    assert where(endpoints) == {"names", "overdue"}
    assert endpoints.facts(NAME).good == NOW


def test_degraded_is_less_than_failing(endpoints: SimulatedEndpoints) -> None:
    """Who fails is degraded as well, so that it is still that when it fails no more."""
    endpoints.probed(NAME, "ff", age=60)
    failing = where(endpoints)
    endpoints.probed(NAME, "d")

    assert failing == {"names", "overdue", "failing", "degraded"}
    assert where(endpoints) == {"names", "overdue", "degraded"}
    assert endpoints.members(keys.DEGRADED) == {NAME: NOW - 120}


def test_a_policy_that_changes(endpoints: SimulatedEndpoints) -> None:
    """The file that is in force judges its own results; earlier ones count among them."""
    endpoints.probed(NAME, "ff", age=60, failures=(3, 3))
    before = where(endpoints)
    endpoints.probed(NAME, "f", failures=(2, 5))

    assert "failing" not in before
    assert endpoints.members(keys.FAILING) == {NAME: NOW - 120}


def test_bounded(endpoints: SimulatedEndpoints) -> None:
    """So many results are kept of an endpoint, whatever it does."""
    endpoints.probed(NAME, "fg" * RUNS_KEPT)

    assert len(endpoints.facts(NAME).recent) == RUNS_KEPT
    assert endpoints.facts(NAME).runs == 2 * RUNS_KEPT


def test_all_clocks_are_set_back_an_hour(endpoints: SimulatedEndpoints) -> None:
    """What comes then counts at once, and a state that began in the future is not lost."""
    endpoints.probed(NAME, "gf")
    endpoints.simulation.now -= HOUR
    endpoints.probed(NAME, "f")
    failing = where(endpoints)
    endpoints.later(60)
    endpoints.probed(NAME, "g")

    assert "failing" in failing
    assert where(endpoints) == {"names", "overdue"}
    assert endpoints.facts(NAME).runs == 4


def test_a_prober_whose_clock_is_set_back(endpoints: SimulatedEndpoints) -> None:
    """Its results are old ones for an hour, so the endpoint is overdue: nobody calls it good."""
    endpoints.probed(NAME, "g")
    endpoints.later(200)
    endpoints.probed(NAME, "g", ahead=-HOUR)

    assert endpoints.facts(NAME).runs == 1
    assert endpoints.ask(NAME).summary == (
        "shop/cart not probed in time: last 3m 20s ago by berlin, due 2m 20s ago, good then; "
        "see check_probe"
    )


def test_a_prober_whose_clock_is_ahead(endpoints: SimulatedEndpoints) -> None:
    """Nothing ended later than it came, it is overdue in time, and gives way to a right clock."""
    endpoints.probed(NAME, "f", ahead=600)
    facts = endpoints.facts(NAME)
    overdue = endpoints.members(keys.OVERDUE)[NAME]
    endpoints.later(30)
    endpoints.probed(NAME, "g")

    assert (facts.ended, facts.since) == (NOW, NOW)
    assert overdue == pytest.approx(NOW + 60 + 60 + 10, abs=0.1)
    assert endpoints.facts(NAME).level == 0


def test_removed_and_back(endpoints: SimulatedEndpoints) -> None:
    """It is in no set of those that matter until a probe that was due later brings it back."""
    endpoints.probed(NAME, "f", age=100)
    endpoints.removed(NAME, age=50)
    gone = where(endpoints)
    endpoints.probed(NAME, "f")

    assert gone == {"names", "removed"}
    assert where(endpoints) == {"names", "overdue", "failing", "degraded"}


def test_a_probe_that_was_under_way(endpoints: SimulatedEndpoints) -> None:
    """Its result comes after its endpoint was removed, and does not bring it back."""
    endpoints.probed(NAME, "g", age=100)
    endpoints.removed(NAME, age=5)
    endpoints.send(endpoints.result(NAME, "failed", took=10))

    assert where(endpoints) == {"names", "removed"}
    assert endpoints.facts(NAME).runs == 2


@pytest.mark.parametrize("ahead", [0, 20, 600, -600])
def test_a_removal_by_a_wrong_clock(endpoints: SimulatedEndpoints, ahead: float) -> None:
    """It is compared with results by the same clock, and takes the endpoint out all the same."""
    endpoints.probed(NAME, "g", age=10, ahead=ahead)
    at = NOW + ahead
    endpoints.send(
        {"kind": "endpoint", "endpoint": NAME, "due": at, "ended": at, "result": "removed"}
    )

    assert where(endpoints) == {"names", "removed"}


def test_a_removal_that_comes_late_or_again(endpoints: SimulatedEndpoints) -> None:
    """Who was probed since stays."""
    at = NOW - 50
    late = {"kind": "endpoint", "endpoint": NAME, "due": at, "ended": at, "result": "removed"}
    endpoints.probed(NAME, "gg")
    endpoints.send(late, late)

    assert where(endpoints) == {"names", "overdue"}


def test_an_expected_endpoint_that_is_removed(endpoints: SimulatedEndpoints) -> None:
    """Who expects it is told: it is overdue from then on."""
    endpoints.expect(NAME, age=500)
    endpoints.probed(NAME, "g", age=10)
    endpoints.removed(NAME)

    assert where(endpoints) == {"names", "overdue"}
    assert endpoints.members(keys.OVERDUE) == {NAME: NOW}


def test_a_removed_endpoint_that_is_expected_then(endpoints: SimulatedEndpoints) -> None:
    """So it is in this order."""
    endpoints.probed(NAME, "g", age=10)
    endpoints.removed(NAME, age=5)
    endpoints.expect(NAME)

    assert where(endpoints) == {"names", "overdue"}


def test_nobody_knows_it(endpoints: SimulatedEndpoints) -> None:
    """That it is removed makes nothing known."""
    endpoints.removed(NAME)

    assert where(endpoints) == set()


def test_retired_and_back(endpoints: SimulatedEndpoints) -> None:
    """Its results are kept and alarm nobody, until it is expected again and was probed."""
    endpoints.probed(NAME, "f", age=100)
    endpoints.retire(NAME)
    endpoints.probed(NAME, "f", age=50)
    endpoints.removed(NAME, age=40)
    retired = where(endpoints)
    endpoints.expect(NAME)
    expected = where(endpoints)
    endpoints.probed(NAME, "f")

    assert retired == {"names", "retired"}
    assert endpoints.facts(NAME).runs == 3
    assert expected == {"names", "overdue"}
    assert where(endpoints) == {"names", "overdue", "failing", "degraded"}


def test_declared_before_it_is_probed(endpoints: SimulatedEndpoints) -> None:
    """It is awaited until its first result; so is one that was retired before."""
    endpoints.expect(NAME)
    declared = where(endpoints)
    endpoints.retire(NAME)
    retired = where(endpoints)
    endpoints.expect(NAME)
    again = where(endpoints)
    endpoints.probed(NAME, "g")

    assert declared == again == {"awaited"}
    assert retired == {"names", "retired"}
    assert where(endpoints) == {"names", "overdue"}


def test_forgotten(endpoints: SimulatedEndpoints, valkey: Valkey) -> None:
    """Nothing of it is left, and it is said of whom something was known."""
    for index, name in enumerate(("a", "b", "c", "d")):
        endpoints.probed(name, "f", age=100 + index)
    endpoints.expect("e")
    endpoints.retire("b")
    endpoints.removed("c")

    assert endpoints.forget("a", "b", "c", "d", "e", "nobody") == [True] * 5 + [False]
    assert [*valkey.client().scan_iter(keys.PREFIX + "*")] == []


def test_a_store_that_forgot_its_scripts(endpoints: SimulatedEndpoints, valkey: Valkey) -> None:
    """They are loaded again."""
    endpoints.probed(NAME, "g", age=60)
    valkey.client().script_flush()
    endpoints.probed(NAME, "f")
    valkey.client().script_flush()
    endpoints.retire(NAME)

    assert endpoints.facts(NAME).runs == 2
    assert where(endpoints) == {"names", "retired"}


@pytest.mark.parametrize("text", ["", "{}", "nonsense", "[]", '{"recent":1}'])
def test_facts_that_are_not_ours(endpoints: SimulatedEndpoints, valkey: Valkey, text: str) -> None:
    """The next result begins anew."""
    endpoints.probed(NAME, "f", age=60)
    valkey.client().hset(keys.FACTS, NAME, text)
    endpoints.probed(NAME, "g")

    assert endpoints.facts(NAME).recent == [0]
    assert where(endpoints) == {"names", "overdue"}


def test_the_newest_report_of_a_prober(endpoints: SimulatedEndpoints) -> None:
    """It counts whatever the order; one from far ahead gives way."""
    endpoints.report(age=10, endpoints=2)
    endpoints.report(age=20, endpoints=1)
    newest = endpoints.ask_probers().number("endpoints")
    endpoints.report(timestamp=NOW + 600, endpoints=3)
    endpoints.report(age=5, endpoints=4)

    assert newest == 2
    assert endpoints.ask_probers().number("endpoints") == 4
