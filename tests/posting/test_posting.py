"""What is posted of results, once each, whoever saw them."""

import pytest

from alert.conftest import Run
from blinkenlights.kinds.endpoint.prober.message import LocationMessage
from posting.stage import FILE, NAME, NOON, Stage, Taker, of_itself
from servers.heard import served
from servers.valkey import Valkey


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


def test_a_good_result_is_posted_with_its_values(stage: Stage, run: Run) -> None:
    """A value alone keeps its type; within a text it is text."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: stage.count("sent") == 1)
        return taker

    taker = run(scenario())
    assert taker.requests[0].path == "/in"
    assert taker.bodies == [{"text": "ok of 7", "version": 7}]


def test_what_says_nothing_of_its_form_is_posted_with_all_there_is(stage: Stage, run: Run) -> None:
    """So that nobody has to write a template to see what there is."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(
                f"{NAME}: {{every: 60s, capture: [status], post_endpoint: URL/}}", taker.url
            )
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: taker.requests)
        return taker

    (body,) = run(scenario()).bodies
    assert body["endpoint"] == NAME
    assert (body["result"], body["time"], body["due"]) == ("ok", 0.25, NOON)
    assert (body["at"], body["labels.team"]) == ("2025-11-28T12:00:00Z", "shop")


@pytest.mark.parametrize(
    ("on", "posted"),
    [
        ("", [0, 1, 4]),
        ("success", [0, 1, 4]),
        ("failure", [2, 3]),
        ("result", [0, 1, 2, 3, 4]),
        ("change", [1, 2, 4]),
    ],
)
def test_when_results_are_posted(stage: Stage, run: Run, on: str, posted: list[int]) -> None:
    """Each good one, when nothing else is said."""
    text = FILE.replace("{text: ", '{due: "{due}", text: ') + (f"  post_on: {on}\n" if on else "")

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(text, taker.url)
            async with stage.posting() as posting:
                words = ("ok", "degraded", "failed", "failed", "ok")
                results = [stage.result(each, word) for each, word in enumerate(words)]  # type: ignore[arg-type]
                stage.put(posting, *results)
                await stage.until(lambda: stage.count("sent") == len(posted))
        return taker

    dues = [body["due"] for body in run(scenario()).bodies]
    assert dues == [NOON + 60.0 * minute for minute in posted]


def test_a_change_is_one_of_the_state_and_not_of_each_result(stage: Stage, run: Run) -> None:
    """One bad result of two is none, and one good one of two does not end it."""
    text = FILE.replace("{text: ", '{due: "{due}", text: ')
    text += "  post_on: change\n  failures: 2 of 3\n  recoveries: 2\n"
    words = ("ok", "failed", "ok", "failed", "failed", "ok", "failed", "ok", "ok", "ok")

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(text, taker.url)
            async with stage.posting() as posting:
                for minute, word in enumerate(words):
                    stage.put(posting, stage.result(minute, word))  # type: ignore[arg-type]
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    assert [body["due"] - NOON for body in run(scenario()).bodies] == [180.0, 480.0]


def test_two_probers_that_see_one_result_post_it_once(stage: Stage, run: Run) -> None:
    """Whoever of them was first."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(FILE, taker.url)
            async with stage.posting("p1") as one, stage.posting("p2") as other:
                for minute in range(5):
                    stage.put(one, stage.result(minute))
                    stage.put(other, stage.result(minute))
                await stage.until(
                    lambda: stage.count("sent", "p1") + stage.count("sent", "p2") == 5
                )
                stage.put(other, stage.result(5))
                await stage.until(lambda: len(taker.requests) == 6)
        return taker

    assert len(run(scenario()).requests) == 6


def test_a_clock_that_was_ahead_stops_nothing(stage: Stage, run: Run) -> None:
    """What was marked by it gives way."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result(600))
                await stage.until(lambda: len(taker.requests) == 1)
                stage.put(posting, stage.result(1))
                await stage.until(lambda: len(taker.requests) == 2)
        return taker

    run(scenario())


def test_the_prober_reports_itself_once_a_minute(stage: Stage, run: Run) -> None:
    """However often it says so; both outputs of two hear it."""
    text = (
        "self:\n"
        '  - {post_endpoint: URL/a, post_json_info: {text: "{prober} {missed}", lag: "{lag}"}}\n'
        "  - {post_endpoint: URL/b}\n"
    )

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(text, taker.url)
            async with stage.posting() as posting:
                for minute in (0, 0, 0, 1):
                    posting.report(of_itself(minute))
                await stage.until(lambda: stage.count("sent") == 4)
        return taker

    taker = run(scenario())
    heard = {path: [] for path in ("/a", "/b")}  # type: dict[str, list[object]]
    for request, body in zip(taker.requests, taker.bodies, strict=True):
        heard[request.path].append(body)
    assert heard["/a"] == [{"text": "p1 1", "lag": 0.5}] * 2
    assert [body["endpoints"] for body in heard["/b"]] == [7, 7]  # type: ignore[index]


def test_a_prober_that_is_behind_is_degraded_and_says_why(stage: Stage, run: Run) -> None:
    """So `post_on: change` tells of it."""
    text = 'self: {post_endpoint: URL/, post_on: change, post_json_info: {r: "{result}: {reason}"}}'

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(text, taker.url)
            async with stage.posting() as posting:
                posting.report(of_itself(0))
                posting.report(of_itself(1, behind_since=NOON))
                posting.report(of_itself(2, behind_since=NOON))
                posting.report(of_itself(3))
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    bodies = run(scenario()).bodies
    assert bodies == [{"r": "degraded: behind schedule"}, {"r": "ok: "}]


def test_a_scheduler_whose_workers_carry_too_little_is_degraded_and_says_where(
    stage: Stage, run: Run
) -> None:
    """So whoever starts further workers can be told by an output."""
    text = 'self: {post_endpoint: URL/, post_on: change, post_json_info: {r: "{result}: {reason}"}}'
    limited = [LocationMessage(f"l{each}", limit_since=NOON) for each in range(5)]

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(text, taker.url)
            async with stage.posting() as posting:
                posting.report(of_itself(0, locations=[LocationMessage("l0")]))
                posting.report(of_itself(1, locations=[*limited[:1], LocationMessage("l1")]))
                posting.report(of_itself(2))
                posting.report(of_itself(3, locations=limited))
                await stage.until(lambda: stage.count("sent") == 3)
        return taker

    first, second, third = (body["r"] for body in run(scenario()).bodies)
    assert first == "degraded: scaling limit hit at location l0"
    assert second == "ok: "
    assert third.endswith("location l1; scaling limit hit at location l2; and at 2 more")


def test_whole_numbers_stay_whole(stage: Stage, run: Run) -> None:
    """However they travelled."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result(0, version=7.0), stage.result(1, version=7.5))
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    first, second = run(scenario()).requests
    assert b'"version":7}' in first.body
    assert b'"version":7.5}' in second.body
