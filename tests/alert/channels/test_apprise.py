"""Everything else by apprise, each message in a process that is ended when it hangs."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from alert.channels.messages import Story, a_notice, first
from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.channels.apprise.caller import Apprise
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.rules.files.channel_settings import AppriseSettings
from servers.heard import Request, Service, served
from servers.ports import find_free_port
from servers.waiting import wait_until

LIB = Path(__file__).parents[3] / "lib"


class Taker(Service):
    """Takes what apprise posts as JSON."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response()

    @property
    def place(self) -> str:
        """Its URL for apprise, with a login that is a secret."""
        return self.url.replace("http://", "json://us:quite-secret@")


def children() -> set[str]:
    """Return the processes that run apprise for us."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if "apprise/child.py" in (folder / "cmdline").read_text():
                found.add(folder.name)
        except OSError:
            continue
    return found


def shows_a_secret() -> bool:
    """Return whether arguments or variables of our processes have one."""
    files = (Path("/proc") / each / name for each in children() for name in ("cmdline", "environ"))
    return any("secret" in file.read_text() for file in files)


def fails(run: Run, url: str, seconds: float = 20.0) -> CannotSayError:
    """Return why a message was not taken."""
    with pytest.raises(CannotSayError) as raised:
        run(Apprise(AppriseSettings(url), seconds=seconds).say(first()))
    return raised.value


def test_a_message_says_what_how_much_since_when(run: Run) -> None:
    """With its title, the whole text and how bad it is; the end is a success."""

    async def scenario() -> list[Request]:
        async with served(taker := Taker()):
            channel, story = Apprise(AppriseSettings(taker.place)), Story()
            await channel.say(story.next(a_notice()))
            await channel.say(story.next(a_notice("web1.queue", "resolved", at=NOON + 60)))
        return taker.requests

    opened, over = (json.loads(each.body) for each in run(scenario()))

    assert opened["title"].startswith("CRITICAL: queue is long: web1.queue")
    assert "limit 100, for 12m, since 2025-11-28 11:48:00 UTC" in opened["message"]
    assert "Runbook: https://wiki.example.net/queues" in opened["message"]
    assert (opened["type"], over["type"]) == ("failure", "success")


def test_no_proxy_of_the_environment_is_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process has none of our variables."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{find_free_port()}")

    async def scenario() -> int:
        async with served(taker := Taker()):
            await Apprise(AppriseSettings(taker.place)).say(first())
        return len(taker.requests)

    assert run(scenario()) == 1


@pytest.mark.parametrize(
    ("status", "rest", "words"),
    [
        (429, 60.0, "JSON by apprise answered 429, too many requests"),
        (500, None, "JSON by apprise refuses it: it answered 500"),
        (401, None, "JSON by apprise refuses it: it answered 401"),
    ],
)
def test_a_refusal_names_the_service(run: Run, status: int, rest: float | None, words: str) -> None:
    """With its status; apprise does not say for how long to rest, so that we do."""

    async def scenario() -> CannotSayError:
        async with served(taker := Taker()):
            taker.answers_next(status, "quite-secret", Retry_After="5")
            with pytest.raises(CannotSayError) as raised:
                await Apprise(AppriseSettings(taker.place)).say(first())
        return raised.value

    error = run(scenario())

    assert str(error) == words
    assert (error.retry_after, error.is_final) == (rest, False)


def test_nobody_listens(run: Run) -> None:
    """What cannot be reached is told from what was refused."""
    error = fails(run, f"json://us:quite-secret@127.0.0.1:{find_free_port()}")

    assert str(error) == "JSON by apprise refuses it, or could not be reached"


@pytest.mark.parametrize("url", ["nosuch://quite-secret", "slack://quite-secret"])
def test_a_url_that_apprise_does_not_know_is_not_shown(run: Run, url: str) -> None:
    """Nor one that lacks a part."""
    error = fails(run, url)

    assert str(error) == "apprise knows no such service, or the URL lacks a part of it"


def test_a_service_that_hangs_is_ended(run: Run) -> None:
    """Its process goes with it, also when nobody waits any more; no secret is in its arguments."""

    async def scenario() -> str:
        async with served(taker := Taker()):
            taker.hangs()
            hangs = Apprise(AppriseSettings(taker.place), seconds=3.0)
            given_up = asyncio.create_task(Apprise(AppriseSettings(taker.place)).say(first()))
            waits = asyncio.create_task(hangs.say(first()))
            await asyncio.to_thread(wait_until, lambda: len(children()) >= 2, "two processes")
            assert not shows_a_secret()
            given_up.cancel()
            with pytest.raises(CannotSayError) as raised:
                await waits
            await asyncio.gather(given_up, return_exceptions=True)
        return str(raised.value)

    assert run(scenario()) == "json by apprise did not answer within 3 seconds"
    assert not children()


def test_apprise_stays_out_of_the_daemon() -> None:
    """Opening its channel imports nothing of it: that takes 0.3 s and 30 MB."""
    code = (
        "import sys, blinkenlights.alert.channels.opening\n"
        "print([each for each in sys.modules if each.partition('.')[0] in ('apprise', 'requests')])"
    )
    environment = {"PATH": os.defpath, "PYTHONPATH": str(LIB)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
