"""What workers find is posted by the scheduler that has the lease, and by its successor."""

import json
from typing import Any

from blinkenlights.clock import wall_clock
from posting.stage import Taker
from probing.scheduling.fleet import Fleet
from servers.heard import served_in_thread
from servers.waiting import wait_until

OUTPUTS = """\
  post_endpoint: WHERE/in
  post_on: result
  post_json_info:
    due: "{due}"
    name: "{endpoint}"
    result: "{result}"
    by: "{worker} at {location}"
"""


def bodies(taker: Taker) -> list[dict[str, Any]]:
    """Return what was posted."""
    return [json.loads(each.body) for each in list(taker.requests)]


def test_each_result_of_a_worker_is_posted_once_also_by_another_scheduler(fleet: Fleet) -> None:
    """Whoever was killed meanwhile; a worker knows nothing of outputs."""
    with served_in_thread(taker := Taker()):
        fleet.write(3, settings=OUTPUTS.replace("WHERE", taker.url))
        worker = fleet.work(word=lambda name: "failed" if name == "e1" else "ok")
        first = fleet.schedule("s1")
        fleet.wait_for_leader("s1")
        fleet.schedule("s2")
        wait_until(lambda: len(taker.requests) > 9, "results to be posted", 40)
        first.kill()
        fleet.wait_for_leader("s2")
        leads_since = wall_clock()

        def later() -> set[str]:
            return {each["name"] for each in bodies(taker) if each["due"] > leads_since}

        # What the dead one had in hand is left to it for a minute.
        wait_until(lambda: later() == {"e0", "e1", "e2"}, "results of each endpoint", 90)
        found = bodies(taker)
        fleet.close()

    assert {each["result"] for each in found} == {"ok", "failed"}
    assert {each["by"] for each in found} == {f"{worker.name} at default"}
    keys = [
        each.headers["idempotency-key"]
        for each in taker.requests
        if "blinkenlights-may-be-repeated" not in each.headers
    ]
    assert len(keys) == len(set(keys))


def test_results_that_cannot_be_posted_are_said_by_check_probe(fleet: Fleet) -> None:
    """Probes go on, and who looks at the scheduler sees which output takes nothing."""
    with served_in_thread(taker := Taker()):
        fleet.write(2, settings=OUTPUTS.replace("WHERE", taker.url))
        for _ in range(1000):
            taker.answers_next(400)
        fleet.work()
        fleet.schedule()
        wait_until(lambda: fleet.report().get("outputs", {}).get("failing"), "it to be seen", 60)
        fleet.wait_for_runs(3)
        said = fleet.check("--unposted-warning 0", "probe")
        fleet.close()

    assert said.code == 1
    assert "cannot be posted to http://127.0.0.1" in said.text
    assert "answered 400 Bad Request; 0 kept" in said.text
