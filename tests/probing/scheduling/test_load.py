"""What becomes of endpoints when their workers carry too little, give jobs back, or leave."""

import itertools
from functools import partial
from typing import TYPE_CHECKING

from probing.scheduling.fleet import Fleet
from servers.waiting import wait_until

if TYPE_CHECKING:
    from blinkenlights.kinds.endpoint.message import Word


def test_at_twice_the_load_nobody_waits_longer_than_three_periods(fleet: Fleet) -> None:
    """It is said that the limit is hit; with a further worker it is over, and all is in time."""
    fleet.write(16)
    first = fleet.work(capacity=4, seconds=0.5)
    fleet.schedule()
    told = fleet.wait_for_location("limit_since")
    wait_until(lambda: len(first.taken) > 60, "some rounds")
    named = fleet.wait_for_location("slowest")

    apart = {
        round(later - earlier)
        for name in (f"e{each}" for each in range(16))
        for earlier, later in itertools.pairwise(first.dues(name))
    }
    assert max(apart) <= 3
    assert told["capacity"] == 4
    assert named["planned"] == 1
    assert 2 <= named["actual"] <= 3
    details = fleet.details("e0")
    assert details["planned"] == 1
    assert 2 <= round(details["next"] - details["due"]) <= 4
    assert fleet.check("e0").code != 3

    second = fleet.work("w2", capacity=12, seconds=0.5)
    wait_until(lambda: len(second.taken) > 16, "the share of the second one", 10)
    wait_until(lambda: "limit_since" not in fleet.location(), "the limit to be over", 60)
    assert fleet.location()["capacity"] == 16
    wait_until(lambda: not fleet.details("e0").get("planned"), "a result in time", 20)


def test_a_job_that_comes_back_goes_to_another_worker(fleet: Fleet) -> None:
    """Its moment is not missed, and who cannot make it is not asked without end."""
    fleet.write(4, "10s")
    unable = fleet.work("w1")
    unable.why_not = "w1 lacks a secret"
    fleet.schedule()
    wait_until(lambda: len(unable.taken) > 4, "jobs to come back")
    again = unable.dues("e0")

    able = fleet.work("w2")
    wait_until(lambda: len(able.results) >= 4, "the other one to make them", 40)

    assert len(again) <= 8
    assert "a job came back: w1 lacks a secret" in fleet.schedulers[0].log.read_text()


def test_what_a_killed_worker_had_goes_to_another_one(fleet: Fleet) -> None:
    """The broker gives its jobs at once, and the scheduler counts on it no more."""
    fleet.write(10)
    first = fleet.work("w1", capacity=10)
    second = fleet.work("w2", capacity=10)
    fleet.schedule()
    wait_until(lambda: first.results and second.results, "both to work")

    first.kill()
    fleet.wait_for_runs(3)
    wait_until(lambda: fleet.location().get("capacity") == 10, "its capacity to go", 20)

    assert fleet.is_counted_once("e0")
    assert fleet.check("e0").code == 0


def test_what_a_worker_took_and_never_answers_is_given_out_again(fleet: Fleet) -> None:
    """It is made late, and not missed."""
    fleet.write(6, "30s", "  timeout: 1s\n")
    stuck = fleet.work("w1", capacity=10, seconds=600)
    fleet.schedule()
    wait_until(lambda: stuck.taken, "a job to be taken", 40)
    able = fleet.work("w2", capacity=10)

    def saved() -> set[tuple[str, float]]:
        """Return endpoint and moment of what both were given."""
        moments = [
            {(each.job.definition.endpoint, each.job.due) for each in worker.taken}
            for worker in (stuck, able)
        ]
        return set.intersection(*moments)

    wait_until(saved, "the other one to have a job of the first", 60)

    name, due = min(saved())
    wait_until(lambda: fleet.details(name).get("due") == due, "its result")
    assert fleet.is_counted_once(name)


def test_what_no_file_names_any_more_is_removed(fleet: Fleet) -> None:
    """Also what went while nobody scheduled."""
    fleet.write(2)
    fleet.write(1, name="cart")
    fleet.write(1, name="shop")
    fleet.work()
    process = fleet.schedule()
    wait_until(lambda: fleet.runs("shop0") and fleet.runs("cart0"), "all to be probed")

    (fleet.endpoints / "shop.yml").unlink()
    wait_until(lambda: "removed" in fleet.check("shop0").text, "it to be removed", 20)
    process.stop()
    (fleet.endpoints / "cart.yml").unlink()
    process.start()

    wait_until(lambda: "removed" in fleet.check("cart0").text, "the other to be removed", 20)


def test_a_bad_result_is_asked_of_others_before_it_counts(fleet: Fleet) -> None:
    """One of three finds it bad: it is not; two of three do: it is, with what each found."""
    fleet.write(1, settings="  confirm: 2 of 3\n")
    words: dict[str, Word] = {"w1": "failed", "w2": "ok", "w3": "ok"}

    def found_by(worker: str, _endpoint: str) -> "Word":
        return words[worker]

    for each in list(words):
        fleet.work(each, confirms=True, word=partial(found_by, each))
    fleet.schedule()
    # At first it may be that not all have reported.
    wait_until(lambda: len(fleet.details("e0").get("asked", ())) == 3, "two to be asked", 40)
    doubted = fleet.details("e0")

    words["w2"] = "failed"
    wait_until(lambda: fleet.details("e0").get("result") == "failed", "two of three", 40)
    found = fleet.details("e0")

    assert doubted["result"] == "ok"
    assert sorted(each["worker"] for each in doubted["asked"]) == ["w1", "w2", "w3"]
    assert sorted(each["result"] for each in found["asked"]) == ["failed", "failed", "ok"]
    assert "confirmed by 2 of 3 workers" in found["reasons"][-1]
