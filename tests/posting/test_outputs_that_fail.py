"""Outputs that hang, refuse, or are gone: nobody waits for them, and what is lost is counted."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from alert.conftest import Run
from blinkenlights.kinds.endpoint.prober.message import OutputsMessage, ProberMessage
from blinkenlights.posting.posting import Posting
from posting.stage import FILE, NAME, NOON, Stage, Taker, of_itself
from servers import endpoints
from servers.certificates import issue
from servers.heard import served
from servers.valkey import Valkey

OTHER = FILE.replace("shop.example.net/health", "other.example.net/health")


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


def told(posting: Posting, message: ProberMessage) -> OutputsMessage:
    """Return how posting stands, as the prober reports it."""
    posting.report(message)
    return message.outputs


def failing(stage: Stage) -> str:
    """Return what went wrong last; empty for nothing."""
    client: Any = stage.valkey.client()
    return " ".join(client.hvals("blinkenlights:{endpoint}:posting:p1:tries"))


def test_what_was_not_taken_is_posted_again(stage: Stage, run: Run) -> None:
    """Under the same key, and in its order."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            taker.answers_next(500)
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result(0, version="a"), stage.result(1, version="b"))
                await stage.until(lambda: failing(stage))
                stage.now += 10.0
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    taker = run(scenario())
    assert [body["version"] for body in taker.bodies] == ["a", "a", "b"]
    keys = [each.headers["idempotency-key"] for each in taker.requests]
    assert keys[0] == keys[1] != keys[2]
    assert "blinkenlights-may-be-repeated" not in taker.requests[1].headers


def test_what_nobody_answered_is_posted_again_and_says_so(stage: Stage, run: Run) -> None:
    """It may have come."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            taker.loses_next_answer()
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: failing(stage))
                stage.now += 10.0
                await stage.until(lambda: stage.count("sent") == 1)
        return taker

    first, second = run(scenario()).requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert second.headers["blinkenlights-may-be-repeated"] == "true"


def test_whoever_wants_to_hear_nothing_for_a_while_hears_nothing(stage: Stage, run: Run) -> None:
    """Retry-After of a 429 holds for the host, also for another output there."""
    both = FILE + OTHER.replace("URL/in", "URL/other")

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            taker.answers_next(429, Retry_After="3600")
            stage.reads(both, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: failing(stage))
                stage.now += 600.0
                stage.put(posting, stage.result(1))
                await stage.until(lambda: stage.count("queued") == 2)
                await asyncio.sleep(1.0)
        return taker

    assert len(run(scenario()).requests) == 1


def test_one_that_will_never_be_taken_stops_no_other(stage: Stage, run: Run) -> None:
    """It is given up, kept to be read, and counted."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            taker.answers_next(422)
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                results = [stage.result(each, version=each) for each in range(3)]
                stage.put(posting, *results)
                await stage.until(lambda: stage.count("dead") == 1)
                stage.now += 10.0
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    assert [body["version"] for body in run(scenario()).bodies] == [0, 1, 2]
    client: Any = stage.valkey.client()
    (letter,) = client.lrange("blinkenlights:{endpoint}:posting:p1:dead", 0, -1)
    assert "422" in letter
    assert NAME in letter


def test_what_nobody_takes_for_so_long_is_given_up(stage: Stage, run: Run) -> None:
    """Counted, and the last error is kept."""
    stage.give_up = 600.0

    async def scenario() -> None:
        async with served(taker := Taker()):
            taker.answers_next(503)
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: stage.count("dead") == 1)

    run(scenario())


def test_of_one_that_takes_nothing_the_newest_are_kept(stage: Stage, run: Run) -> None:
    """The oldest are dropped, and how many is known; what is left is posted when it is back."""
    stage.kept = 5

    async def scenario() -> tuple[Taker, OutputsMessage]:
        async with served(taker := Taker()):
            taker.answers_next(500)
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result(0, version=0))
                await stage.until(lambda: failing(stage))
                results = [stage.result(each, version=each) for each in range(1, 12)]
                stage.put(posting, *results)
                await stage.until(lambda: stage.count("dropped") == 7)
                message = of_itself()
                await stage.until(lambda: told(posting, message).dropped)
                stage.now += 10.0
                await stage.until(lambda: stage.count("sent") == 5)
        return taker, message.outputs

    taker, outputs = run(scenario())
    assert [body["version"] for body in taker.bodies] == [0, 7, 8, 9, 10, 11]
    assert (outputs.outputs, outputs.failing, outputs.waiting) == (1, 1, 1)
    (worst,) = outputs.worst
    assert (worst.endpoint, worst.output, worst.times) == (NAME, "http", 1)
    assert (worst.waiting, worst.lost, worst.since) == (5, 7, NOON + 3600.0)
    assert worst.error == "the output at 127.0.0.1 answered 500 Internal Server Error"


def test_an_output_that_hangs_holds_up_no_other(stage: Stage, run: Run) -> None:
    """Neither another output, nor whoever found the result."""
    both = FILE.replace("URL", "HANGS") + OTHER

    async def scenario() -> float:
        async with endpoints.serving(endpoints.is_silent) as port, served(taker := Taker()):
            text = both.replace("HANGS", f"http://localhost:{port}")
            stage.reads(text, taker.url)
            async with stage.posting() as posting:
                loop = asyncio.get_running_loop()
                began = loop.time()
                for minute in range(50):
                    stage.put(posting, stage.result(minute))
                    stage.put(posting, stage.result(minute, name="other.example.net/health"))
                took = loop.time() - began
                await stage.until(lambda: len(taker.requests) == 50)
        return took

    assert run(scenario()) < 0.1


def test_what_was_queued_outlives_a_restart(stage: Stage, run: Run) -> None:
    """Also where the output was away until then."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            taker.answers_next(500)
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: failing(stage))
                stage.put(posting, stage.result(1))
            stage.now += 60.0
            async with stage.posting():
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    assert len(run(scenario()).requests) == 3


def test_what_no_file_names_any_more_is_given_up(stage: Stage, run: Run) -> None:
    """But not while a file is broken: it may be in that one."""

    async def scenario() -> None:
        async with served(taker := Taker()):
            taker.answers_next(500)
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: failing(stage))
            stage.reads("a/b: {every: 60s}")
            stage.now += 10.0
            broken = stage.collection
            stage.collection = broken._replace(problems=("x",))  # type: ignore[arg-type]
            async with stage.posting():
                await stage.until(lambda: "no file names" in failing(stage))
            assert stage.count("dead") == 0
            stage.collection = broken
            stage.now += 60.0
            async with stage.posting():
                await stage.until(lambda: stage.count("dead") == 1)

    run(scenario())


def test_a_server_that_nobody_vouches_for_gets_nothing(
    stage: Stage, run: Run, tmp_path: Path
) -> None:
    """Until the file names the authority."""
    files = issue(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.certificate, files.key)

    async def scenario() -> tuple[str, int, Taker]:
        async with served(taker := Taker(), tls):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: failing(stage))
                why, before = failing(stage), len(taker.requests)
                stage.reads(f"{FILE}  post_ca_file: {files.authority}\n", taker.url)
                posting.follow(stage.collection)
                stage.now += 10.0
                await stage.until(lambda: taker.requests)
        return why, before, taker

    why, before, _ = run(scenario())
    assert "the certificate of 127.0.0.1 is not trusted" in why
    assert before == 0


def test_redirects_are_not_followed(stage: Stage, run: Run) -> None:
    """They would take the key to whom no file names."""
    keyed = FILE + "  post_api_key: {header: {X-Key: sesame}}\n"

    async def scenario() -> tuple[Taker, str]:
        async with served(stranger := Taker()), served(taker := Taker()):
            taker.answers_next(307, Location=f"{stranger.url}/in")
            stage.reads(keyed, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: failing(stage))
        return stranger, failing(stage)

    stranger, why = run(scenario())
    assert stranger.requests == []
    assert "307 Temporary Redirect, and redirects are not followed" in why


def test_a_store_that_is_away_costs_nobody_anything(stage: Stage, run: Run) -> None:
    """What was found meanwhile is posted when it is back."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.valkey.client().client_pause(1500)
                stage.put(posting, *(stage.result(each) for each in range(20)))
                await stage.until(lambda: len(taker.requests) == 20)
        return taker

    run(scenario())
