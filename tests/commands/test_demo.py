"""`blinkenlights up --demo`: the tour that a newcomer sees."""

import asyncio
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.demo.fleet import MISSING, NEVER_COMES
from blinkenlights.demo.shop import HEALTH, SEARCH, Shop
from blinkenlights.demo.situations import TOUR, Answer
from blinkenlights.probe.files.collection import EndpointFolder
from commands.calling import Start


@pytest.fixture(autouse=True)
def _own_temporary_folder(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(state))
    # What is set for this machine's daemons must not lead the demo astray.
    monkeypatch.setenv("BLINKENLIGHTS_STORE_URL", "redis://127.0.0.1:1/0")


def test_the_tour(start: Start, state: Path) -> None:
    """--once shows all four states as announced within 20 seconds, cleans up and exits with 0."""
    demo = start("up", "--demo", "--once")

    code = demo.process.wait(40)

    assert code == 0, demo.out + demo.err
    shown = re.findall(r"^ *([0-9.]+)s +(OK|WARNING|CRITICAL|UNKNOWN) ", demo.out, re.MULTILINE)
    assert {state for _, state in shown} == {"OK", "WARNING", "CRITICAL", "UNKNOWN"}
    assert float(shown[-1][0]) < 20
    assert demo.err == ""
    assert list(state.glob("blinkenlights-demo-*")) == []


def test_the_shop_is_probed_by_a_file_that_is_right(tmp_path: Path) -> None:
    """Its endpoints are described as an operator would do it, and lint finds nothing."""
    folder = tmp_path

    async def write() -> None:
        async with Shop() as shop:
            shop.write_files(folder)

    asyncio.run(write())
    files = EndpointFolder(folder, {}, wall_clock)

    files.look()

    collection = files.collection()
    assert collection.problems == ()
    assert {HEALTH, SEARCH} < set(collection.endpoints)


def test_the_tour_shows_endpoints_in_three_states() -> None:
    """One is good, one degraded, one failing; and the prober that says so keeps its schedule."""
    states = {each.state for each in TOUR if each.check == "check_endpoint"}

    assert states == {"OK", "WARNING", "CRITICAL"}
    assert [each.state for each in TOUR if each.check == "check_probe"] == ["OK"]


@pytest.mark.parametrize("name", [NEVER_COMES, MISSING])
def test_a_stop_lasts_until_its_answer_names_who_its_story_names(name: str) -> None:
    """The right state alone is no answer: who was declared a moment ago is not overdue yet."""
    [situation] = [each for each in TOUR if name in each.story]
    named = " ".join(situation.shows)

    assert situation.is_answered_by(Answer(2, named))
    assert not situation.is_answered_by(Answer(2, named.replace(name, "")))
    assert not situation.is_answered_by(Answer(3, named))


def test_commands_can_be_copied(start: Start) -> None:
    """While the demo stays, a command that was shown answers in a shell as it did on the tour."""
    demo = start("up", "--demo")
    demo.wait_for(lambda: "join in" in demo.out, "the end of the tour", 40)
    commands = re.findall(r"^  \$ (.*check_.*)\n  (\w+ \w+):", demo.out, re.MULTILINE)
    last = dict(commands)
    command = next(each for each in last if "mail*" in each)

    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602

    assert done.returncode == 1
    assert done.stdout.startswith(last[command])
    assert demo.end(signal.SIGINT) == 0
    assert "Traceback" not in demo.err


def test_the_page_of_the_demo(start: Start) -> None:
    """From its beginning the tour says where the page is, which shows the same fleet."""
    demo = start("up", "--demo", "--once")
    demo.wait_for(lambda: "is on time" in demo.out, "the second stop", 30)
    address = re.findall(
        r"status page follows all of it: (http://127\.0\.0\.1:[0-9]+/)\n", demo.out
    )

    with urllib.request.urlopen(address[0], timeout=20) as answer:  # noqa: S310
        page = answer.read().decode()

    assert "Z\xfcrich router" in page
    assert "berlin:mac-1" in page
    assert "shop/health" in page
    assert demo.end(signal.SIGINT) == 130


def test_a_demo_that_is_interrupted(start: Start, state: Path) -> None:
    """Ctrl-C in the middle of --once is exit code 130, and nothing is left behind."""
    demo = start("up", "--demo", "--once")
    demo.wait_for(lambda: "UNKNOWN" in demo.out, "the first stop")

    assert demo.end(signal.SIGINT) == 130
    assert list(state.glob("blinkenlights-demo-*")) == []
