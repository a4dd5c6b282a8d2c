"""The page in lynx, the browser of those who have nothing but a terminal."""

import subprocess

import pytest

from servers.missing import program, without
from servers.simulation import Simulation
from web.serving import Serving
from web.transfers import Transfers


def read(web: Serving, path: str = "") -> list[str]:
    """Return the lines that lynx shows, white space folded, without empty ones."""
    lynx = program("lynx") or without("lynx")
    done = subprocess.run(
        [lynx, "-dump", "-nolist", "-width=180", f"http://{web.host}:{web.port}/{path}"],
        capture_output=True,
        check=True,
        timeout=30,
    )
    lines = (" ".join(line.split()) for line in done.stdout.decode().splitlines())
    return [line for line in lines if line]


@pytest.fixture
def fleet(simulation: Simulation, transfers: Transfers) -> Simulation:
    """Give a fleet with one that is dead and one that is well."""
    simulation.beat("billing", age=600, extras={"queue_depth": 250})
    simulation.beat("mail", age=10)
    transfers.count("airport", "weather", age=70)
    return simulation


def test_the_page_reads_from_top_to_bottom(fleet: Simulation, web: Serving) -> None:
    """The state comes first, then the counts, then rows in which each figure has its name."""
    del fleet

    lines = read(web)

    assert lines.index("CRITICAL") < 15
    assert "* CRITICAL Components: 1 silent, 1 alive" in lines
    assert (
        "CRITICAL silent billing silent for 10m, since 2026-09-21 14:03:20 UTC, limit 2m "
        "seen 10m ago interval 1m instances 0 queue_depth 250"
    ) in lines
    assert "OK alive mail last seen 10s ago, limit 2m seen 10s ago interval 1m instances 1" in lines
    assert not any("stale" in line for line in lines)


def test_the_page_of_one_thing_says_its_history_in_words(fleet: Simulation, web: Serving) -> None:
    """What the picture shows stands below it, and the command lines are there to copy."""
    del fleet

    lines = read(web, "one?kind=client&name=airport")

    assert "check_speedo --client=airport -v" in lines
    assert any(line.startswith("Good transfers a minute in the last 60 minutes") for line in lines)
