"""Real workers that make few probes at a time: too few of them, one that comes, one that leaves."""

import itertools

from probing.scheduling.fleet import Fleet
from probing.site import Answering
from servers.waiting import wait_until

AT_ONCE = "at_once = 5\n"


def write(fleet: Fleet, site: Answering, number: int, every: str) -> list[str]:
    """Write a file of endpoints; returns their names."""
    names = [f"e{each}" for each in range(number)]
    fleet.endpoints.joinpath("all.yml").write_text(
        "".join(
            f"{name}: {{url: 'http://127.0.0.1:{site.port}/{name}', every: {every}}}\n"
            for name in names
        )
    )
    return names


def have_rounds(fleet: Fleet, names: list[str], seen: dict[str, set[float]]) -> bool:
    """Note for which moments results are stored now; returns whether there are some of each."""
    for name in names:
        if facts := fleet.facts(name):
            seen.setdefault(name, set()).add(facts.due)
    return all(len(seen.get(each, ())) > 3 for each in names)


def test_two_that_carry_half_of_what_is_due(fleet: Fleet, site: Answering) -> None:
    """Each endpoint is probed at least every third period; what is said tells how many are needed.

    A third worker of the size of both ends it.
    """
    # Eight at a time, of 16 that one host may have.
    site.latency = 0.8
    names = write(fleet, site, 40, "4s")
    for name in ("w1", "w2"):
        fleet.start_worker(name, probe="at_once = 2\n")
    fleet.schedule()
    fleet.wait_for_location("limit_since", 60)
    wait_until(lambda: fleet.location().get("needed", 0) > 7, "how many are needed", 60)
    seen: dict[str, set[float]] = {}
    wait_until(lambda: have_rounds(fleet, names, seen), "some rounds", 90)
    apart = {
        name: max(round((b - a) / 4) for a, b in itertools.pairwise(sorted(moments)))
        for name, moments in seen.items()
    }
    said = fleet.check(name="probe")
    assert max(apart.values()) <= 3
    assert fleet.location()["waiting"] <= len(names)
    assert said.code == 1
    assert "scaling limit hit for" in said.text
    assert "2 workers carry 4 probes at a time" in said.text
    assert "what became of" not in fleet.schedulers[-1].log.read_text()

    fleet.start_worker("w3", probe="at_once = 12\n")
    wait_until(lambda: "limit_since" not in fleet.location(), "the limit to be over", 60)


def test_one_that_leaves_hands_over_and_one_that_comes_has_its_share(
    fleet: Fleet, site: Answering
) -> None:
    """Within a period, and no moment is missed by either."""
    site.latency = 0.5
    names = write(fleet, site, 30, "10s")
    first = fleet.start_worker("w1", probe=AT_ONCE)
    fleet.schedule()
    wait_until(lambda: all(fleet.runs(each) for each in names), "all to be probed", 60)

    fleet.start_worker("w2", probe=AT_ONCE)

    def runs(worker: str) -> int:
        workers = fleet.location().get("workers", [])
        return next((int(each.get("run", 0)) for each in workers if each["name"] == worker), 0)

    wait_until(lambda: fleet.location().get("capacity") == 10, "both", 30)
    wait_until(lambda: runs("w2") >= 5, "its share within a period and a report", 15)
    first.stop()
    before = {each: fleet.runs(each) for each in names}
    wait_until(
        lambda: all(fleet.runs(each) >= before[each] + 2 for each in names), "two rounds", 60
    )

    assert "leaving after" in first.log.read_text()
    assert "worker w1 at location default leaves" in fleet.schedulers[1].log.read_text()
    wait_until(lambda: fleet.report().get("run", 0) > 60, "a report")
    assert fleet.report().get("missed", 0) == 0
    assert "gone" not in fleet.check(name="probe").text
