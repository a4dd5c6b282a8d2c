"""`blinkenlights speedo --watch`: in a pipe, as JSON, and in a terminal."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from blinkenlights.kinds.transfer import keys
from blinkenlights.speedo.words import figure, sparkline
from blinkenlights.store import layout
from servers.valkey import Valkey
from servers.waiting import wait_until
from speedo.counting import CountingStore, transfer

Watch = Callable[..., str]


@pytest.fixture
def watch(valkey: Valkey, capsys: pytest.CaptureFixture[str]) -> Watch:
    """Give a function that calls the command with further options and returns what it prints."""

    def call(*words: str) -> str:
        capsys.readouterr()
        assert main(["speedo", "--watch", "--redis", valkey.url, *words]) == 0
        return capsys.readouterr().out

    return call


@pytest.fixture
def _three(counting: CountingStore, valkey: Valkey, collecting: None) -> None:
    """Have one client that is well, one that fails at times, and one that never came."""
    _ = collecting
    valkey.client().set(layout.BORN, wall_clock() - 3600)
    counting.count([transfer("well") for _ in range(4)])
    counting.count([transfer("failing", "dfo"), transfer("failing", "dfo", 499)])
    valkey.client().zadd(keys.GOOD + "client", {"never": 0})


@pytest.mark.usefixtures("_three")
def test_in_a_pipe_it_is_a_table_worst_first(watch: Watch) -> None:
    """The one at zero is on top, then the one with errors; every figure is there."""
    lines = watch().splitlines()

    rows = [line.split() for line in lines if line.startswith(("well", "failing", "never"))]
    assert [row[0] for row in rows] == ["never", "failing", "well"]
    assert [row[1:4] for row in rows] == [
        ["0", "-", "0"],
        ["2", "50%", "200"],
        ["4", "0%", "400"],
    ]
    assert "3 clients, 1 at zero for 5 minutes  in all 6 per minute, 17% bad" in "\n".join(lines)


@pytest.mark.usefixtures("_three")
def test_globs_choose_clients_or_sources(watch: Watch) -> None:
    """Only those asked for are shown."""
    clients = json.loads(watch("--json", "--client", "w*"))
    sources = json.loads(watch("--json", "--source", "*"))

    assert [flow["name"] for flow in clients["flows"]] == ["well"]
    assert [(flow["name"], flow["errors"]) for flow in sources["flows"]] == [
        ("dfo", 50.0),
        ("metpx", 0.0),
    ]


@pytest.mark.usefixtures("_three")
def test_the_last_good_one_of_everything_is_the_newest_of_all(watch: Watch) -> None:
    """It is a time at which something came, not the moment up to which everything is stored."""
    told = json.loads(watch("--json"))

    assert told["everything"]["last_good"] == max(flow["last_good"] for flow in told["flows"])


@pytest.mark.usefixtures("collecting")
def test_nothing_good_ever_came_is_zero(watch: Watch) -> None:
    """As for a client that never had one."""
    assert json.loads(watch("--json"))["everything"]["last_good"] == 0


@pytest.mark.usefixtures("collecting")
def test_published_speedos_are_shown_beside(watch: Watch, valkey: Valkey) -> None:
    """A client that only somebody else counts is known by that one's speedos."""
    text = json.dumps([1e9, 12, 4, 4096, 0, 4096, 16, 120])
    valkey.client().hset(keys.SPEEDOS, "client\0faraway", text)

    [flow] = json.loads(watch("--json"))["flows"]

    assert (flow["name"], flow["per_minute"], flow["errors"]) == ("faraway", 8.0, 25.0)
    assert flow["published"] is True


@pytest.mark.usefixtures("_three")
def test_a_transfer_ahead_of_our_clock_is_said_to_be(watch: Watch, valkey: Valkey) -> None:
    """It was not just now: a clock is wrong."""
    valkey.client().zadd(keys.GOOD + "client", {"well": wall_clock() + 710})

    assert "11m " in watch("--client", "well")
    assert " ahead" in watch("--client", "well")


def test_without_a_collector_it_says_so(watch: Watch, counting: CountingStore) -> None:
    """What cannot be known is said above the figures."""
    counting.count([transfer("alice")])

    assert "no collector has reported" in watch().splitlines()[0]


@pytest.mark.usefixtures("_three")
def test_who_reports_late_is_not_idle(watch: Watch, counting: CountingStore) -> None:
    """Its reports come just now, of transfers of an hour ago: it moves, and is said to be late."""
    counting.count([transfer("behind", age=3600)], live=True)

    table = json.loads(watch("--json", "--client", "behind"))
    lines = watch().splitlines()

    assert (table["idle"], table["flows"][0]["lag"]) == (0, pytest.approx(3600, abs=5))
    assert "4 clients, 1 at zero for 5 minutes" in "\n".join(lines)
    [row] = [line for line in lines if line.startswith("behind")]
    assert "1h late" in row


def test_what_lags_behind_is_not_shown_as_zero(watch: Watch, counting: CountingStore) -> None:
    """Figures are of the moment up to which all sources are stored, and idle is no zero then."""
    counting.count([transfer("alice", age=400) for _ in range(3)])
    counting.report(behind=390)

    table = json.loads(watch("--json"))
    lines = watch().splitlines()

    [flow] = table["flows"]
    assert (flow["per_minute"] > 0, table["idle"], table["is_certain"]) == (True, 0, False)
    assert "behind with elsewhere, limit 1m" in "\n".join(lines)
    assert "0 at zero or not heard for 5 minutes" in "\n".join(lines)


def test_minutes_that_nobody_heard_are_gaps(
    watch: Watch, counting: CountingStore, valkey: Valkey
) -> None:
    """Those before the store was born, and those of a gap: null, and not 0. What came counts."""
    now = wall_clock()
    valkey.client().set(layout.BORN, now - 1200)
    counting.count([transfer("alice", age=400)])
    gap = {"source": "any", "start": now - 420, "end": now - 200, "reason": "away"}
    valkey.client().lpush(layout.GAPS, json.dumps(gap))
    counting.report()

    [flow] = json.loads(watch("--json"))["flows"]
    [line] = [line for line in watch().splitlines() if line.startswith("alice")]

    minutes = flow["minutes"]
    assert minutes[:9] == [None] * 9
    assert minutes[-2:] == [0, 0]
    assert [count for count in minutes[-8:] if count] == [1]
    assert None in minutes[-8:]
    assert minutes[-15:-9] == [0] * 6
    assert line.rstrip().endswith("··")


@pytest.mark.usefixtures("_three")
def test_in_a_terminal_it_goes_on(valkey: Valkey, counting: CountingStore) -> None:
    """It is drawn again with what came since, until Ctrl-C."""
    ours, theirs = pty.openpty()
    shown = bytearray()
    process = subprocess.Popen(
        [sys.executable, "-m", "blinkenlights", "speedo", "--watch", "--redis", valkey.url],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120", "LINES": "24"},
    )
    os.close(theirs)
    os.set_blocking(ours, False)

    def text() -> bytes:
        with contextlib.suppress(BlockingIOError):
            shown.extend(os.read(ours, 65536))
        return bytes(shown)

    try:
        wait_until(lambda: b"failing" in text(), "the first picture", 20)
        counting.count([transfer("newcomer")])
        wait_until(lambda: b"newcomer" in text(), "another picture", 20)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    finally:
        process.kill()
        process.wait(10)
        os.close(ours)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (0.001, "<0.01"), (0.05, "0.05"), (5.13, "5.1"), (740.4, "740"), (2400, "2.4k")],
)
def test_figures_are_short_and_never_a_rounded_zero(number: float, text: str) -> None:
    """Something is not shown as nothing."""
    assert figure(number) == text


def test_a_sparkline_tells_nothing_from_little() -> None:
    """A minute without a transfer is a dot, and one that nobody heard a gap."""
    assert sparkline([0, 1, 100]) == "·▁█"
    assert sparkline([0, None, 100, None]) == "· █ "
    assert sparkline([None, 0]) == " ·"
