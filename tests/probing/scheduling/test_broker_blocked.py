"""A broker that is short of memory lets everybody in, and takes no messages."""

from blinkenlights.clock import wall_clock
from probing.scheduling.fleet import Fleet
from probing.site import Answering
from servers.waiting import wait_until


def test_it_is_not_taken_for_dead_workers_or_a_dead_scheduler(
    fleet: Fleet, site: Answering
) -> None:
    """check_probe is UNKNOWN and says why; both sides say so once, and go on afterwards."""
    fleet.endpoints.joinpath("shop.yml").write_text(
        f"shop:\n  url: http://127.0.0.1:{site.port}/health\n  every: 2s\n"
    )
    worker = fleet.start_worker("w1")
    scheduler = fleet.schedule()
    fleet.wait_for_runs(2, "shop", 60)
    answers = []

    def asked() -> str:
        answers.append(fleet.check(name="probe"))
        return answers[-1].text

    with fleet.broker.server.alarm():
        wait_until(lambda: "takes no messages (low on memory)" in asked(), "it to be said", 40)
        told = answers[-1].code
        begun = wall_clock()
        wait_until(lambda: asked() and wall_clock() > begun + 32, "a report to be old", 60)
    before = fleet.runs("shop")
    wait_until(lambda: asked() and fleet.runs("shop") > before + 2, "it to go on", 60)

    assert told == 3
    assert [each.text for each in answers if each.code == 2] == []
    for log in (worker.log.read_text(), scheduler.log.read_text()):
        assert log.count("confirms nothing for 5 seconds") == 1
    assert "scaling limit" not in scheduler.log.read_text()
    assert "has no worker" not in scheduler.log.read_text()
