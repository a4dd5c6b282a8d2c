"""`blinkenlights up --demo`: the tour that a newcomer sees."""

import asyncio
import contextlib
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.demo.asking import Answer
from blinkenlights.demo.broker import NoBroker, demo_broker
from blinkenlights.demo.fleet import MISSING, NEVER_COMES
from blinkenlights.demo.shop import HEALTH, SEARCH, Shop
from blinkenlights.demo.situations import TOUR, tour
from blinkenlights.demo.workers import DIES, LIVES
from blinkenlights.probe.files.collection import EndpointFolder
from commands.calling import Start
from servers.missing import program
from servers.waiting import wait_until

START_SECONDS = 60
"""How long the broker of the demo may take to start on a busy machine."""
IS_INSTALLED = program("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server") is not None


@pytest.fixture(autouse=True)
def _own_temporary_folder(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(state))
    # The broker of a demo that root runs is another user's.
    state.chmod(0o711)
    # What is set for this machine's daemons must not lead the demo astray.
    monkeypatch.setenv("BLINKENLIGHTS_STORE_URL", "redis://127.0.0.1:1/0")


def test_the_tour(start: Start, state: Path) -> None:
    """--once shows all four states as announced within 20 seconds, cleans up and exits with 0.

    With a broker two workers share the probes until one is killed: it is named, and the other one
    goes on.
    """
    demo = start("up", "--demo", "--once")

    code = demo.process.wait(START_SECONDS + 40)

    assert code == 0, demo.out + demo.err
    shown = re.findall(r"^ *([0-9.]+)s +(OK|WARNING|CRITICAL|UNKNOWN) ", demo.out, re.MULTILINE)
    assert {state for _, state in shown} == {"OK", "WARNING", "CRITICAL", "UNKNOWN"}
    assert float(shown[-1][0]) < 20
    assert demo.err == ""
    assert list(state.glob("blinkenlights-demo-*")) == []
    assert "ENDPOINT OK: shop/port good" in demo.out
    if IS_INSTALLED:
        assert "by 2 workers at 1 location" in demo.out
        assert f"WARNING: worker {DIES} at default is gone without a farewell" in demo.out
        assert re.search(f"worker {LIVES} at default: .* [1-9][0-9]* run", demo.out)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 130)],
)
def test_nothing_that_the_demo_started_outlives_it(
    number: signal.Signals, code: int, start: Start, state: Path
) -> None:
    """However it ends: neither broker nor port mapper, nor workers, nor the store."""
    demo = start("up", "--demo", "--once")
    demo.wait_for(lambda: "UNKNOWN" in demo.out, "the first stop", START_SECONDS)
    assert _processes(state)

    assert demo.end(number) == code

    wait_until(lambda: not _processes(state), "all of them to end", 30)
    if number != signal.SIGKILL:
        assert list(state.glob("blinkenlights-demo-*")) == []


def _processes(folder: Path) -> list[int]:
    """Return the processes that work in a folder or name it in their command."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_text(errors="replace")
            where = str((process / "cwd").readlink())
            if str(folder) in command or str(folder) in where:
                found.append(int(process.name))
    return found


def test_the_tour_says_what_is_missing_to_see_workers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without RabbitMQ one process probes, as everywhere where no broker is configured."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("blinkenlights.demo.broker.SERVERS", ())
    monkeypatch.setattr("blinkenlights.demo.broker.MORE_PLACES", "")

    async def begin() -> None:
        async with demo_broker():
            pass

    with pytest.raises(NoBroker, match=r"^RabbitMQ on this machine") as missing:
        asyncio.run(begin())

    assert "rabbitmq-server is not installed" in str(missing.value)
    assert not any(each.check == "check_probe" and each.shows for each in tour(has_workers=False))


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
    alone = tour(has_workers=False)
    states = {each.state for each in alone if each.check == "check_endpoint"}

    assert states == {"OK", "WARNING", "CRITICAL"}
    assert [each.state for each in alone if each.check == "check_probe"] == ["OK"]


@pytest.mark.parametrize("name", [NEVER_COMES, MISSING])
def test_a_stop_lasts_until_its_answer_names_who_its_story_names(name: str) -> None:
    """The right state alone is no answer: who was declared a moment ago is not overdue yet."""
    [situation] = [each for each in TOUR if name in each.story]
    named = " ".join(situation.shows)

    assert situation.is_answered_by(Answer(2, named))
    assert not situation.is_answered_by(Answer(2, named.replace(name, "")))
    assert not situation.is_answered_by(Answer(3, named))


def test_the_demo_stays_after_the_tour(start: Start) -> None:
    """A command that was shown answers in a shell as it did, and the page shows the same fleet."""
    demo = start("up", "--demo")
    demo.wait_for(lambda: "join in" in demo.out, "the end of the tour", START_SECONDS + 40)
    commands = re.findall(r"^  \$ (.*check_.*)\n  (\w+ \w+):", demo.out, re.MULTILINE)
    last = dict(commands)
    command = next(each for each in last if "mail*" in each)
    pages = re.findall(r"status page follows all of it: (http://127\.0\.0\.1:[0-9]+/)\n", demo.out)

    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    with urllib.request.urlopen(pages[0], timeout=20) as answer:  # noqa: S310
        page = answer.read().decode()

    assert done.returncode == 1
    assert done.stdout.startswith(last[command])
    for name in ("Z\xfcrich router", "berlin:mac-1", "shop/health"):
        assert name in page
    assert demo.end(signal.SIGINT) == 0
    assert "Traceback" not in demo.err
