"""A scheduler with real workers, each a process of its own."""

from probing.scheduling.fleet import Fleet
from probing.site import Answering
from servers.unanswered import unanswered
from servers.waiting import wait_until


def test_probes_are_made_stored_and_confirmed(fleet: Fleet, site: Answering) -> None:
    """What one worker finds bad another one has to find bad; who is killed is missed by nobody."""
    fleet.endpoints.joinpath("shop.yml").write_text(
        f"shop:\n  url: http://127.0.0.1:{site.port}/health\n  every: 2s\n"
        "  json: {status: ok}\n  confirm: 2 of 2\n"
    )
    first = fleet.start_worker("w1")
    fleet.start_worker("w2")
    fleet.schedule()
    wait_until(lambda: fleet.check("shop").code == 0, "it to be good", 60)
    wait_until(lambda: len(fleet.location().get("workers", [])) == 2, "both workers", 30)

    site.body = {"status": "down"}
    wait_until(lambda: fleet.details("shop").get("asked"), "both to be asked", 40)
    bad = fleet.details("shop")
    first.kill()
    site.body = {"status": "ok"}
    wait_until(lambda: fleet.check("shop").code == 0, "it to be good again", 60)

    assert bad["result"] == "failed"
    assert sorted(each["worker"] for each in bad["asked"]) == ["w1", "w2"]
    assert "json.status was 'down', want 'ok'" in bad["reasons"][0]
    assert bad["reasons"][-1] == "confirmed by 2 of 2 workers"


def test_a_dead_endpoint_is_bad_though_another_one_is_dead_as_well(
    fleet: Fleet, site: Answering
) -> None:
    """Its workers ask witnesses first, and one of these keeps them waiting; nothing is lost."""
    with unanswered("127.1.0.1") as dead, unanswered("127.2.0.1") as other:
        fleet.endpoints.joinpath("shop.yml").write_text(
            f"dead:\n  url: http://127.1.0.1:{dead}/\n  every: 20s\n  timeout: 2s\n"
            "  confirm: 2 of 2\n"
            f"other:\n  url: http://127.2.0.1:{other}/\n  every: 60s\n  timeout: 30s\n"
            f"good:\n  url: http://127.0.0.1:{site.port}/health\n  every: 60s\n"
        )
        for name in ("w1", "w2"):
            fleet.start_worker(name)
        fleet.schedule()
        wait_until(lambda: fleet.runs("dead"), "a result", 90)

    found = fleet.details("dead")
    assert found["result"] == "failed"
    assert found["reasons"][-1] == "confirmed by 2 of 2 workers"
    assert "what became of" not in fleet.schedulers[-1].log.read_text()
