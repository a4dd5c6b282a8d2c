"""What is said, and what goes on, when the network of a worker or of a location is cut."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.probe.endpoint import Request
from blinkenlights.probe.observation import Observation
from probing.scheduling.fleet import Fleet
from probing.site import Answering
from probing.working.inside import AWAY, THERE, Answers, Inside
from servers.faulty import FaultyProxy
from servers.simulation import Said
from servers.waiting import wait_until

HOSTS = ("192.0.2.1", "198.51.100.1", "203.0.113.1")
DOWN = Observation(THERE.phases, status=503, address=THERE.address)


class Network(Answers):
    """Answers for each host from an address of its own."""

    async def ask(self, request: Request, now: Clock) -> Observation:
        """Return what all hosts answer."""
        seen = await super().ask(request, now)
        return seen._replace(address=f"{request.host}:80") if seen.address else seen


@pytest.fixture
def inside() -> Iterator[ExitStack]:
    """Give what workers of the test are entered in."""
    with ExitStack() as stack:
        yield stack


def write(fleet: Fleet, settings: str = "") -> None:
    """Write a file with an endpoint of each host, called e0, e1 and e2."""
    fleet.endpoints.joinpath("all.yml").write_text(
        "".join(
            f"e{place}: {{url: 'http://{host}/', every: 2s, tests: status == 200{settings}}}\n"
            for place, host in enumerate(HOSTS)
        )
    )


def wait_to_be_said(fleet: Fleet, words: str, code: int) -> Said:
    """Wait until check_probe says something; returns what it said."""
    said = wait_until(
        lambda: found if words in (found := fleet.check(name="probe")).text else None,
        f"check_probe to say {words!r}",
        60,
    )
    assert said is not None
    assert said.code == code
    return said


def test_a_location_that_reaches_the_broker_and_nothing_else(
    fleet: Fleet, inside: ExitStack
) -> None:
    """One worker is named; both are UNKNOWN, with whom they asked; no endpoint is called bad."""
    write(fleet)
    askers = [Network(THERE), Network(THERE)]
    for number, asker in enumerate(askers):
        inside.enter_context(Inside(fleet.broker, asker, name=f"w{number}"))
    fleet.schedule()
    fleet.wait_for_runs(2)
    wait_until(lambda: len(fleet.location().get("workers", ())) == 2, "both", 30)

    askers[0].seen = AWAY
    wait_to_be_said(fleet, "worker w0 at default reaches nothing for", 1)
    fleet.wait_for_runs(2)
    askers[1].seen = AWAY
    said = wait_to_be_said(fleet, "none of its 2 workers probes anything: w", 3)
    assert "nobody can be reached: " in said.text
    assert fleet.check("e*").code != 2

    for asker in askers:
        asker.seen = THERE
    fleet.wait_for_runs(2)
    wait_until(lambda: "w0" not in fleet.check(name="probe").text, "both to see again", 60)
    log = fleet.schedulers[0].log.read_text()
    assert "a job came back: worker w0 reaches nothing: nobody can be reached" in log
    assert fleet.check("e*").code == 0


def test_a_worker_that_is_cut_off_from_the_broker(fleet: Fleet, site: Answering) -> None:
    """It is said to be gone within seconds, and the other one makes all probes."""
    proxy = FaultyProxy(fleet.broker.server.port)
    try:
        fleet.endpoints.joinpath("shop.yml").write_text(
            "".join(
                f"e{number}: {{url: 'http://127.0.0.1:{site.port}/{number}', every: 2s, "
                "timeout: 1s}\n"
                for number in range(10)
            )
        )
        url = fleet.broker.url.replace(str(fleet.broker.server.port), str(proxy.port))
        cut = fleet.start_worker("w1", url)
        fleet.start_worker("w2")
        fleet.schedule()
        fleet.wait_for_runs(2)
        wait_until(lambda: fleet.location().get("capacity") == 2_000, "both", 30)

        proxy.hang()
        began = wall_clock()
        wait_to_be_said(fleet, "worker w1 at default is gone without a farewell", 1)
        assert wall_clock() - began < 15
        before = {name: fleet.runs(name) for name in map("e{}".format, range(10))}
        wait_until(
            lambda: all(fleet.runs(name) >= runs + 3 for name, runs in before.items()),
            "all to be probed",
            40,
        )
        assert fleet.check().code == 0
        wait_until(lambda: "cannot be reached any more" in cut.log.read_text(), "w1 to say so", 40)
        proxy.heal()
        wait_until(lambda: fleet.location().get("capacity") == 2_000, "both again", 40)
        wait_until(lambda: "w1" not in fleet.check(name="probe").text, "w1 to be there", 40)
    finally:
        proxy.close()


def test_one_of_three_workers_is_cut_off_where_two_have_to_agree(
    fleet: Fleet, inside: ExitStack
) -> None:
    """Nothing is bad that it alone cannot reach; what is down is bad by the two others."""
    write(fleet, ", confirm: 2 of 3")
    askers = {name: Network(THERE) for name in ("w1", "w2", "w3")}
    for name, asker in askers.items():
        inside.enter_context(Inside(fleet.broker, asker, name=name))
    fleet.schedule()
    fleet.wait_for_runs(2)
    wait_until(lambda: len(fleet.location().get("workers", ())) == 3, "all three", 30)

    askers["w1"].seen = AWAY
    wait_to_be_said(fleet, "worker w1 at default reaches nothing for", 1)
    fleet.wait_for_runs(3)
    assert fleet.check("e*").code == 0

    askers["w2"].seen = askers["w3"].seen = DOWN
    wait_until(lambda: fleet.details("e0").get("result") == "failed", "it to be bad", 40)
    found = fleet.details("e0")
    assert found["reasons"][-1] == "confirmed by 2 of 2 workers, 2 of 3 wanted"
    assert [each["result"] for each in found["asked"]] == ["failed", "failed"]


def test_a_worker_that_cannot_know_that_it_is_cut_off_is_outvoted(
    fleet: Fleet, inside: ExitStack
) -> None:
    """There is one host, so nobody can tell; what each of the three found is shown."""
    fleet.endpoints.joinpath("all.yml").write_text(
        "e0: {url: 'http://192.0.2.1/', every: 2s, confirm: 2 of 3}\n"
    )
    cut = Network(THERE)
    inside.enter_context(Inside(fleet.broker, cut, name="w1"))
    for name in ("w2", "w3"):
        inside.enter_context(Inside(fleet.broker, Network(THERE), name=name))
    fleet.schedule()
    wait_until(lambda: fleet.location().get("capacity") == 300, "all three", 60)
    cut.seen = AWAY
    wait_until(lambda: fleet.details("e0").get("asked"), "others to be asked", 60)

    found = fleet.details("e0")
    assert found["result"] == "ok"
    assert {each["worker"]: each["result"] for each in found["asked"]} == {
        "w1": "failed",
        "w2": "ok",
        "w3": "ok",
    }
    assert fleet.check("e0").code == 0
