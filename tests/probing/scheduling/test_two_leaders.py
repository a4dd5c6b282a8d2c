"""Two schedulers that both give out jobs: one of them cannot know that it is replaced."""

from probing.scheduling.fleet import Fleet
from servers.faulty import FaultyProxy
from servers.waiting import wait_until


def test_workers_heed_the_newer_one_alone(fleet: Fleet) -> None:
    """No moment counts twice, and the older one stands by once the store answers it."""
    fleet.write(10, "2s")
    worker = fleet.work()
    proxy = FaultyProxy(fleet.store.port)
    try:
        cut = fleet.schedule("s1", proxy.url)
        fleet.wait_for_leader("s1")
        fleet.wait_for_runs(2)
        old = fleet.epoch()
        second = fleet.schedule("s2")
        wait_until(lambda: "endpoints in" in second.log.read_text(), "s2 to stand by", 30)
        proxy.hang()
        fleet.wait_for_leader("s2")
        wait_until(lambda: fleet.epoch() > old, "another epoch")
        wait_until(
            lambda: len({each.epoch for each in worker.sheets[-20:]}) == 2, "both to speak", 30
        )
        wait_until(lambda: len(worker.stale) > 5, "jobs of the older one to be refused", 30)
        fleet.wait_for_runs(3)
        assert fleet.is_counted_once("e0")
        assert fleet.check("e*").code == 0

        proxy.heal()
        wait_until(lambda: "gives out jobs by now" in cut.log.read_text(), "s1 to stand by", 30)
        fleet.wait_for_runs(2)
        assert fleet.owner() == "s2"
        assert fleet.is_counted_once("e0")
        assert fleet.check("e*").code == 0
    finally:
        proxy.close()
