"""check_endpoint --live: endpoints probed now, in the words of the check of stored results."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.plugin.entry import answer
from probing.site import Answering
from servers.simulation import Said

LIB = Path(__file__).parents[2] / "lib"
SHOP = "NAME:\n  url: http://127.0.0.1:PORT/health\n  every: 15s\n  json: {status: ok}\n"


class Live:
    """A server, and a folder of endpoints that are on it."""

    def __init__(self, folder: Path) -> None:
        self.server = Answering()
        self.folder = folder

    def write(self, name: str, more: str = "", file: str = "") -> None:
        """Write a file with one endpoint."""
        text = SHOP.replace("NAME", name).replace("PORT", str(self.server.port)) + more
        (self.folder / (file or f"{name}.yml")).write_text(text)

    def check(self, *options: str) -> Said:
        """Probe now."""
        words = ["--live", "--endpoints", str(self.folder), *options]
        return Said(*answer("endpoint", words, wall_clock))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """Give an empty folder with a server."""
    made = Live(tmp_path)
    yield made
    made.server.close()


def test_one_endpoint_is_judged_by_one_result(live: Live) -> None:
    """Also where its file wants two of three: there is no other one. Numbers are perfdata."""
    live.write("shop", "  failures: 2 of 3\n  capture: [queue.depth]\n")
    good = live.check("shop")
    live.server.body = {"status": "down", "queue": {"depth": 9}}
    bad = live.check("shop")

    assert (good.code, bad.code) == (0, 2)
    assert "shop good" in good.summary
    assert "shop failing" in bad.summary
    assert "json.status was 'down', want 'ok'" in bad.summary
    assert (good.number("value_queue_depth"), bad.number("value_queue_depth")) == (7, 9)
    assert good.number("time") > 0


def test_nobody_probes_next(live: Live) -> None:
    """The schedule in the file is a prober's; here it is the core that asks again."""
    live.write("shop")

    assert "next in" not in live.check("shop").summary


def test_without_names_all_are_probed(live: Live) -> None:
    """With some, only these; the worst come first."""
    live.write("shop")
    live.write("cart", "  degraded: [status == 200]\n")
    live.write("till", "  tests: [status == 201]\n")

    of_all, of_some = live.check(), live.check("shop", "ca*")

    assert (of_all.code, of_some.code) == (2, 1)
    assert (of_all.number("endpoints"), of_some.number("endpoints")) == (3, 2)
    assert of_all.summary.index("till") < of_all.summary.index("cart")
    assert "till" not in of_some.text


def test_labels_choose(live: Live) -> None:
    """As they do among stored results."""
    live.write("shop", "  labels: {team: core}\n")
    live.write("cart", "  labels: {team: web}\n")

    assert live.check("--label", "team=co*").number("endpoints") == 1


def test_whoever_is_in_no_file_is_unknown(live: Live) -> None:
    """Where a file cannot be used, it is named: the endpoint may be in it."""
    live.write("shop")
    unknown = live.check("cart")
    live.write("cart", "  evry: 2s\n")
    broken, of_all, other = live.check("cart"), live.check(), live.check("shop")

    assert unknown.code == 3
    assert unknown.summary == f"not known: cart, named by no file in {live.folder}"
    assert broken.code == 3
    assert "cart.yml line 5 cannot be used: cart: evry: there is no such key" in broken.summary
    assert of_all.code == 3
    assert "cart.yml line 5" in of_all.summary
    assert other.code == 0


def test_an_endpoint_in_two_files_is_a_warning(live: Live) -> None:
    """That of the first file is probed."""
    live.write("shop")
    live.write("shop", file="twice.yml")

    said = live.check()

    assert said.code == 1
    assert "twice.yml line 1: shop is in shop.yml line 1 already" in said.summary
    assert said.number("endpoints") == 1


def test_a_folder_that_is_not_there_is_unknown(live: Live, tmp_path: Path) -> None:
    """It says what to do; nothing is nothing to be content with."""
    empty = live.check()
    live.folder = tmp_path / "away"
    away = live.check()

    assert (empty.code, away.code) == (3, 3)
    assert empty.summary == f"no endpoint known: no file in {tmp_path} has one"
    assert "away is no folder" in away.summary
    assert "name the folder of endpoint files with --endpoints" in away.summary


def test_a_probe_is_over_before_the_check_has_to_be(live: Live) -> None:
    """An endpoint that does not answer in time is CRITICAL, within -t, whatever its file allows."""
    live.write("shop", "  timeout: 14s\n")
    goes_on = threading.Event()
    live.server.hold = goes_on
    try:
        said = live.check("shop", "-t", "2")
    finally:
        goes_on.set()

    assert said.code == 2
    assert "no answer" in said.summary
    assert "within 1.5s" in said.summary


def hang(live: Live, number: int) -> None:
    """Write a file of so many endpoints that do not answer."""
    one = SHOP.replace("PORT", str(live.server.port))
    (live.folder / "hung.yml").write_text(
        "".join(one.replace("NAME", f"hung{each:03}") for each in range(number))
    )
    live.server.hold = threading.Event()


def test_many_endpoints_that_hang_are_judged_at_the_same_time(live: Live) -> None:
    """Each has its whole time, and the check is over in its own."""
    hang(live, 60)
    begun = wall_clock()
    said = live.check("-t", "3")

    assert said.code == 2
    assert said.number("failing") == 60
    assert wall_clock() - begun < 3


def test_whoever_cannot_be_probed_in_time_is_not_called_failing(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found is told, and how many are left."""
    monkeypatch.setattr("blinkenlights.probe.live.AT_ONCE", 10)
    hang(live, 12)
    said = live.check("-v", "-t", "2")

    assert said.code == 2
    assert (said.number("failing"), said.number("good")) == (10, 0)
    assert "2 further endpoints could not be probed in time" in said.text


def test_only_live_needs_what_probes() -> None:
    """A check that reads the store imports no event loop and no HTTP client."""
    code = (
        "import sys\n"
        "from blinkenlights.clock import wall_clock\n"
        "from blinkenlights.plugin.entry import answer\n"
        "answer('endpoint', ['--redis', 'redis://127.0.0.1:1/0', '-t', '2'], wall_clock)\n"
        "import json; print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(LIB)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))

    assert "blinkenlights.checks.check_endpoint" in loaded
    assert not loaded & {"aiohttp", "asyncio", "msgspec", "celpy", "cronsim", "yaml", "ssl"}
    assert not [each for each in loaded if each.startswith("blinkenlights.probe")]
