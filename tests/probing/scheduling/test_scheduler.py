"""One scheduler with simulated workers: who is probed when, and what is said of it."""

from probing.scheduling.fleet import Fleet
from servers.waiting import wait_until


def test_what_is_due_goes_to_workers_and_their_results_are_stored(fleet: Fleet) -> None:
    """Each moment once, and due = run + missed + waiting."""
    fleet.write(5)
    worker = fleet.work()
    fleet.schedule()
    fleet.wait_for_runs(3)

    wait_until(lambda: fleet.report().get("run", 0) > 5, "a report")
    report = fleet.report()

    dues = worker.dues("e0")
    assert len(dues) == len(set(dues))
    assert report["due"] == report["run"] + report.get("missed", 0) + report.get("waiting", 0)
    assert fleet.details("e0")["prober"] == "probe-schedule"
    [told] = fleet.location()["workers"]
    assert (told["name"], told["capacity"]) == ("w1", 100)
    assert "limit_since" not in fleet.location()
    assert fleet.check("e0").code == 0
