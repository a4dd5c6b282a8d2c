"""Outputs that hang, refuse, or are gone: what they did not take is posted again, or given up."""

import asyncio
import ssl
from pathlib import Path

import pytest

from alert.conftest import Run
from blinkenlights.kinds.endpoint.prober.message import OutputsMessage
from blinkenlights.posting.addresses import address_of
from posting.stage import FILE, NAME, NOON, Stage, Taker, stands
from servers import endpoints
from servers.certificates import issue
from servers.heard import served
from servers.valkey import Valkey

OTHER_NAME = "other.example.net/health"
OTHER = FILE.replace(NAME, OTHER_NAME)


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


def test_what_was_not_taken_is_posted_again(stage: Stage, run: Run) -> None:
    """Under the same key, and in its order."""
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result(0, version="a"), stage.result(1, version="b"))
            await stage.until(stage.failing)
            stage.now += 10.0
            await stage.until(lambda: stage.count("sent") == 2)

    run(scenario())
    assert [body["version"] for body in taker.bodies] == ["a", "a", "b"]
    keys = [each.headers["idempotency-key"] for each in taker.requests]
    assert keys[0] == keys[1] != keys[2]
    assert "blinkenlights-may-be-repeated" not in taker.requests[1].headers
    assert stage.failing() == ""


def test_what_nobody_answered_is_posted_again_and_says_so(stage: Stage, run: Run) -> None:
    """It may have come."""
    taker = Taker()
    taker.loses_next_answer()

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result())
            await stage.until(stage.failing)
            stage.now += 10.0
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    first, second = taker.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert second.headers["blinkenlights-may-be-repeated"] == "true"


def test_whoever_wants_to_hear_nothing_for_a_while_hears_nothing(stage: Stage, run: Run) -> None:
    """Retry-After holds for one of eight places of a host, so for other outputs at that place.

    One at another place is told what it is, and finds out by itself.
    """
    taker = Taker()
    taker.answers_next(429, Retry_After="3600")
    names = [NAME, *(f"n{number}.example.net/health" for number in range(40))]
    text = "".join(FILE.replace(NAME, name) for name in names)

    async def scenario() -> None:
        async with stage.posting_to(taker, text) as posting:
            places = {
                name: address_of(stage.collection.endpoints[name].outputs[0], name)
                for name in names
            }
            beside = next(name for name in names[1:] if places[name] == places[NAME])
            elsewhere = next(name for name in names[1:] if places[name] != places[NAME])
            stage.put(posting, stage.result())
            await stage.until(stage.failing)
            stage.now += 600.0
            stage.put(posting, stage.result(1), stage.result(name=beside))
            await stage.until(lambda: stage.count("queued") == 3)
            stage.put(posting, stage.result(name=elsewhere))
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    assert len(taker.requests) == 2


def test_one_that_will_never_be_taken_stops_no_other(stage: Stage, run: Run) -> None:
    """It is given up, kept to be read, and counted; what is behind it is posted at once."""
    taker = Taker()
    taker.answers_next(422)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, *(stage.result(each, version=each) for each in range(3)))
            await stage.until(lambda: stage.count("sent") == 2)

    run(scenario())
    assert [body["version"] for body in taker.bodies] == [0, 1, 2]
    (letter,) = stage.letters()
    assert "422" in letter["error"]
    assert (letter["endpoint"], letter["number"]) == (NAME, 1)
    assert stage.count("dead") == 1


def test_an_output_that_refuses_each_result_is_known_until_it_takes_one(
    stage: Stage, run: Run
) -> None:
    """Since when, how often and how many are lost, though nothing is left that could wait."""
    taker = Taker()
    for _ in range(3):
        taker.answers_next(400)

    async def scenario() -> OutputsMessage:
        async with stage.posting_to(taker) as posting:
            for minute in range(3):
                stage.put(posting, stage.result(minute))
                await stage.until(lambda number=minute + 1: stage.count("dead") == number)  # type: ignore[misc]
                stage.now += 60.0
            await stage.until(lambda: stands(posting).dead == 3)
            bad = stands(posting)
            stage.put(posting, stage.result(3))
            await stage.until(lambda: stage.count("sent") == 1)
            await stage.until(lambda: not stands(posting).failing)
        return bad

    bad = run(scenario())
    assert (bad.failing, bad.dead) == (1, 3)
    (worst,) = bad.worst
    assert (worst.since, worst.times, worst.waiting, worst.lost) == (NOON + 3600.0, 3, 0, 3)
    assert worst.error == "the output at 127.0.0.1 answered 400 Bad Request"
    assert "blinkenlights-may-be-repeated" not in taker.requests[-1].headers
    assert len(taker.requests) == 4


def test_what_nobody_takes_for_so_long_is_given_up(stage: Stage, run: Run) -> None:
    """Each is counted, and the last error is kept; the output is known to fail all the same."""
    stage.give_up = 600.0
    taker = Taker()
    taker.answers_next(503)

    async def scenario() -> OutputsMessage:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, *(stage.result(minute) for minute in range(20)))
            await stage.until(lambda: stage.count("dead"))
            await stage.until(lambda: stands(posting).dead)
        return stands(posting)

    outputs = run(scenario())
    assert outputs.dead == outputs.queued == 20
    assert (outputs.failing, outputs.worst[0].lost) == (1, 20)
    (letter,) = stage.letters()
    assert (letter["number"], len(letter["entries"])) == (20, 5)


def test_an_output_that_hangs_holds_up_no_other(stage: Stage, run: Run) -> None:
    """Neither another output, nor whoever found the result."""
    both = FILE.replace("URL", "HANGS") + OTHER

    async def scenario() -> float:
        async with endpoints.serving(endpoints.is_silent) as port, served(taker := Taker()):
            stage.reads(both.replace("HANGS", f"http://localhost:{port}"), taker.url)
            async with stage.posting() as posting:
                loop = asyncio.get_running_loop()
                began = loop.time()
                for minute in range(50):
                    stage.put(posting, stage.result(minute), stage.result(minute, name=OTHER_NAME))
                took = loop.time() - began
                await stage.until(lambda: len(taker.requests) == 50)
        return took

    assert run(scenario()) < 0.1


def test_at_most_eight_posts_go_to_one_host_at_a_time(stage: Stage, run: Run) -> None:
    """However many outputs lead there."""
    taker = Taker()
    taker.hangs()
    names = [f"n{number}.example.net/health" for number in range(60)]
    text = "".join(FILE.replace(NAME, name) for name in names)

    async def scenario() -> None:
        async with stage.posting_to(taker, text) as posting:
            stage.put(posting, *(stage.result(name=name) for name in names))
            await stage.until(lambda: len(taker.requests) == 8)
            # A sender looks four times a second.
            await asyncio.sleep(1.0)

    run(scenario())
    assert len(taker.requests) == 8


def test_what_was_queued_outlives_a_restart(stage: Stage, run: Run) -> None:
    """Also where the output was away until then."""
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> None:
        async with served(taker):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(stage.failing)
                stage.put(posting, stage.result(1))
            stage.now += 60.0
            async with stage.posting():
                await stage.until(lambda: stage.count("sent") == 2)

    run(scenario())
    assert len(taker.requests) == 3


def test_what_no_file_names_any_more_is_given_up(stage: Stage, run: Run) -> None:
    """But not while a file is broken: it may be in that one. Afterwards it fails no more."""
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result())
            await stage.until(stage.failing)
        stage.reads("a/b: {every: 60s}")
        stage.now += 10.0
        whole = stage.collection
        stage.collection = whole._replace(problems=("x",))  # type: ignore[arg-type]
        async with stage.posting():
            await stage.until(lambda: "no file names" in stage.failing())
        assert stage.count("dead") == 0
        stage.collection = whole
        stage.now += 60.0
        async with stage.posting():
            await stage.until(lambda: stage.count("dead") == 1)

    run(scenario())
    assert stage.failing() == ""


def test_an_output_that_refused_all_and_is_gone_from_the_files_is_forgotten(
    stage: Stage, run: Run
) -> None:
    """Nobody would ever be told that it takes something again."""
    taker = Taker()
    taker.answers_next(400)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result())
            await stage.until(lambda: stage.count("dead") == 1)
        assert stage.failing()
        stage.reads("a/b: {every: 60s}")
        async with stage.posting() as posting:
            await stage.until(lambda: not stage.failing())

    run(scenario())


def test_a_server_that_nobody_vouches_for_gets_nothing(
    stage: Stage, run: Run, tmp_path: Path
) -> None:
    """Until the file names the authority."""
    files = issue(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.certificate, files.key)
    taker = Taker()

    async def scenario() -> tuple[str, int]:
        async with stage.posting_to(taker, tls=tls) as posting:
            stage.put(posting, stage.result())
            await stage.until(stage.failing)
            why, before = stage.failing(), len(taker.requests)
            stage.reads(f"{FILE}  post_ca_file: {files.authority}\n", taker.url)
            posting.follow(stage.collection)
            stage.now += 10.0
            await stage.until(lambda: taker.requests)
        return why, before

    why, before = run(scenario())
    assert "the certificate of 127.0.0.1 is not trusted" in why
    assert before == 0


def test_redirects_are_not_followed(stage: Stage, run: Run) -> None:
    """They would take the key to whom no file names."""
    keyed = FILE + "  post_api_key: {header: {X-Key: sesame}}\n"
    taker, stranger = Taker(), Taker()

    async def scenario() -> None:
        async with served(stranger):
            taker.answers_next(307, Location=f"{stranger.url}/in")
            async with stage.posting_to(taker, keyed) as posting:
                stage.put(posting, stage.result())
                await stage.until(stage.failing)

    run(scenario())
    assert stranger.requests == []
    assert "307 Temporary Redirect, and redirects are not followed" in stage.failing()
