"""check_probe: each state, with what line 1 says of it."""

from typing import Any

import pytest

from blinkenlights.kinds.endpoint.keys import PROBES_BY
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulation import SOCKET

OWN = PROBES_BY + "berlin"
LOST = {"seconds": 300, "due": 500, "run": 470, "missed": 30, "lag_95": 9.5, "used": 1.0}
BROKEN = {"file": "shop.yml", "line": 7, "sentence": "duplicate key 'tests'"}
WORDS = "shop.yml line 7 cannot be used: duplicate key 'tests'; what it said before is in force"


def behind(endpoints: SimulatedEndpoints, **details: Any) -> None:  # noqa: ANN401 - keys of it
    since = endpoints.now - 100
    endpoints.report(behind_since=since, missed=30, waiting=7, window=LOST, **details)


def blind(endpoints: SimulatedEndpoints, **details: Any) -> None:  # noqa: ANN401 - keys of it
    why = "all of 5 hosts in 3 networks failed"
    endpoints.report(blind_since=endpoints.now - 100, blind=why, **details)


def test_it_keeps_its_schedule(endpoints: SimulatedEndpoints) -> None:
    """OK says how many it probes, what it missed, how late it is and how much of it is used."""
    endpoints.report()

    said = endpoints.ask_probers()

    assert said.code == 0
    assert said.text == (
        "PROBE OK: prober berlin probes 100 endpoints, 0 of 500 runs missed in 5m, lag 0.012s at "
        "95%, 25% of 100 probes at a time used | probers=1;;;0 down=0;;;0 blind=0;;;0 "
        "behind=0;;;0 lag=0.012s;;;0 missed_percent=0%;;;0;100 unposted=0s;300;;0 outputs=0;;;0 "
        "posted=0;;;0 not_posted=0;;;0 endpoints=100;;;0 due=6000;;;0 "
        "run=6000;;;0 missed=0;;;0 waiting=0;;;0 used=25%;;;0;100 broken_files=0;;;0"
    )
    endpoints.report("riga", window={"seconds": 300, "due": 10, "run": 10, "lag_95": 0.5})
    assert endpoints.ask_probers().summary == (
        "2 probers probe 200 endpoints, most behind riga: 0 of 10 runs missed in 5m, lag 0.5s at "
        "95%, 0% of 100 probes at a time used"
    )


def test_nobody_probes(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN says how to begin, or that none of them matches, or that all were stopped."""
    nobody = endpoints.ask_probers()
    endpoints.report(stopped=True, age=60)
    stopped = endpoints.ask_probers()

    assert (nobody.code, stopped.code) == (3, 3)
    assert nobody.summary == "no prober has reported; start one with: blinkenlights probe"
    assert stopped.summary == "no prober runs: prober berlin was stopped 1m ago"
    assert endpoints.ask_probers("--prober r*").summary == "no prober matches what was asked for"
    assert endpoints.ask_probers("--missing ok").code == 0
    endpoints.report("riga")
    assert endpoints.ask_probers().code == 0


def test_it_is_down(endpoints: SimulatedEndpoints) -> None:
    """CRITICAL says since when, and what that means; its old figures are not added."""
    behind(endpoints, problems=[BROKEN])
    endpoints.later(31)

    said = endpoints.ask_probers("-v")

    assert said.code == 2
    assert said.summary == (
        "prober berlin is down or cannot report, last report 31s ago, limit 30s: 100 endpoints "
        "not probed"
    )
    assert said.details == [f"CRITICAL: {said.summary}"]
    assert (said.number("waiting"), said.number("used"), said.number("down")) == (0, 0, 1)


def test_its_source_went_with_it(endpoints: SimulatedEndpoints) -> None:
    """A prober that brings its own results is down when nobody serves their source."""
    endpoints.report(source=OWN)
    endpoints.simulation.collector(sources=[endpoints.source(OWN)])
    endpoints.simulation.now += 60

    assert endpoints.ask_probers().code == 2
    assert endpoints.ask_probers().summary.startswith("prober berlin is down or cannot report")


def test_the_collector_went_away(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN: a prober elsewhere may well work."""
    endpoints.report()
    endpoints.hear()
    endpoints.simulation.now += 60

    said = endpoints.ask_probers("-v")

    assert said.code == 3
    assert said.summary == (
        f"prober berlin not heard, last report 1m ago: {SOCKET} not heard for 1m "
        "(collector collector-1 down for 1m)"
    )


def test_its_source_is_away(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN with the reason."""
    endpoints.report(age=90)
    endpoints.hear(behind=85, connected=False, error="connection refused")

    said = endpoints.ask_probers()

    assert said.code == 3
    assert said.summary == (
        f"prober berlin not heard, last report 1m 30s ago: {SOCKET} not heard for 1m 25s "
        "(connection refused)"
    )


def test_it_reaches_nothing(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN in one sentence, whatever else is wrong with it."""
    blind(endpoints, behind_since=endpoints.now - 50)

    said = endpoints.ask_probers()

    assert said.code == 3
    assert said.summary == (
        "prober berlin reaches nothing for 1m 40s: all of 5 hosts in 3 networks failed; none of "
        "its 100 endpoints can be judged"
    )


def test_it_is_behind(endpoints: SimulatedEndpoints) -> None:
    """WARNING says since when, how many runs it missed and how many wait."""
    behind(endpoints)

    said = endpoints.ask_probers()

    assert said.code == 1
    assert said.summary == (
        "prober berlin behind schedule for 1m 40s: 30 of 500 runs missed in 5m, lag 9.5s at 95%, "
        "7 waiting, 100% of 100 probes at a time used"
    )
    assert (said.number("missed_percent"), said.number("waiting")) == (6, 7)


def test_limits(endpoints: SimulatedEndpoints) -> None:
    """Lag and share of missed runs have limits, which are said."""
    behind(endpoints)

    late = endpoints.ask_probers("-w 1 -c 5")
    lost = endpoints.ask_probers("--missed-warning 1 --missed-critical 5")

    assert (late.code, lost.code) == (2, 2)
    assert late.summary.startswith("prober berlin is late: 9.5s at 95%, limit 5; ")
    assert lost.summary.startswith("prober berlin missed 6% of 500 runs in 5m, limit 5; ")
    assert late.perfdata["lag"] == "9.5s;1;5;0"
    assert endpoints.ask_probers("-w 10 -c 20").code == 1


def test_a_file_that_is_broken(endpoints: SimulatedEndpoints) -> None:
    """WARNING names file and line, and what is in force meanwhile."""
    new = {"file": "new.yml", "sentence": "cannot be read", "is_replaced": False}
    endpoints.report(problems=[BROKEN, new])

    said = endpoints.ask_probers("-v")

    assert said.code == 1
    assert said.details == [
        f"WARNING: {WORDS}",
        "WARNING: new.yml cannot be used: cannot be read; none of its endpoints is probed",
    ]
    assert said.number("broken_files") == 2


@pytest.mark.parametrize("how", [behind, blind])
def test_a_broken_file_beside_something_else(endpoints: SimulatedEndpoints, how: Any) -> None:  # noqa: ANN401 - one of two functions
    """It is said as well, once."""
    how(endpoints, problems=[BROKEN])

    said = endpoints.ask_probers("-v")

    assert said.details[1:] == [f"WARNING: {WORDS}"]


def test_several(endpoints: SimulatedEndpoints) -> None:
    """Worst first; a glob asks for some."""
    endpoints.report("rome", age=100)
    endpoints.report("riga")
    behind(endpoints)

    said = endpoints.ask_probers()

    assert said.code == 2
    assert said.summary.startswith("prober rome is down")
    assert "; prober berlin behind schedule" in said.summary
    assert endpoints.ask_probers("--prober 'ri*'").code == 0


def test_json(endpoints: SimulatedEndpoints) -> None:
    """Programs get all that is known."""
    endpoints.report(problems=[BROKEN])

    [prober] = endpoints.ask_probers("--json").json["probers"]

    assert (prober["prober"], prober["state"], prober["run"]) == ("berlin", "broken", 6000)
    assert prober["window"]["lag_95"] == 0.012
    assert prober["broken"][0]["line"] == 7


@pytest.mark.parametrize("text", ["", "1 2", "x y {}", "1 2 {}", '1 2 {"started":"x"}'])
def test_a_report_that_is_not_ours(endpoints: SimulatedEndpoints, text: str) -> None:
    """UNKNOWN names the key."""
    client = endpoints.simulation.client
    endpoints.simulation.run(
        client.ask(client.redis.hset("blinkenlights:{endpoint}:probers", "berlin", text))
    )

    said = endpoints.ask_probers()

    assert said.code == 3
    assert "{endpoint}:probers" in said.summary


def test_results_that_cannot_be_posted(endpoints: SimulatedEndpoints) -> None:
    """WARNING after a while: which, where to, for how long, why, and what became of them."""
    worst = {
        "endpoint": "shop/cart",
        "output": "http",
        "to": "https://events.example.net",
        "since": endpoints.now - 720,
        "times": 9,
        "error": "the output at events.example.net answered 500",
        "waiting": 100,
        "lost": 12,
    }
    outputs = {"outputs": 4, "sent": 50, "dropped": 12, "dead": 1, "failing": 2}
    endpoints.report(outputs=outputs | {"worst": [worst]})

    said = endpoints.ask_probers()

    assert said.code == 1
    assert said.summary == (
        "results of shop/cart cannot be posted to https://events.example.net for 12m, 9 tries: "
        "the output at events.example.net answered 500; 100 kept, 12 lost; 1 more, limit 5m"
    )
    assert "unposted=720s;300;;0 outputs=4;;;0 posted=50;;;0 not_posted=13;;;0" in said.text
    assert endpoints.ask_probers("--unposted-warning 1h").code == 0
    assert endpoints.ask_probers("--unposted-critical 10m").code == 2
    endpoints.report(outputs=outputs | {"worst": [worst | {"since": endpoints.now - 100}]})
    assert endpoints.ask_probers().code == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "results of shop/cart cannot be posted to https://a for 12m, 1 try: x; 0 kept"),
        ({"times": 0}, "results of shop/cart come too late to https://a for 12m: x; 0 kept"),
        ({"endpoint": ""}, "results of the prober itself cannot be posted to https://a for 12m"),
        (
            {"endpoint": "", "output": "", "to": "the store", "times": 9},
            "results of all endpoints cannot be queued in the store for 12m, 9 tries: x",
        ),
    ],
    ids=["refused", "slow", "of the prober", "not queued"],
)
def test_why_results_are_not_where_they_should_be(
    endpoints: SimulatedEndpoints, more: dict[str, object], words: str
) -> None:
    """Each has its own words."""
    worst = {"endpoint": "shop/cart", "output": "http", "to": "https://a", "times": 1, "error": "x"}
    worst["since"] = endpoints.now - 720
    endpoints.report(outputs={"outputs": 1, "failing": 1, "worst": [worst | more]})

    said = endpoints.ask_probers()

    assert said.code == 1
    assert said.summary.startswith(words)
