"""Names are data from outside: whatever they hold, the output stays one clean line."""

import json
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from servers.simulation import Said, Simulation
from servers.valkey import Valkey

ITEM = re.compile(r"[a-z0-9_]+=-?[0-9]+(\.[0-9]+)?[sB%]?(;[-0-9.:@~]*){0,4}")
HOSTILE = [
    "a|b=1;2;3",
    "a;b",
    "$HOSTNAME$",
    "$(reboot)",
    "`reboot`",
    "<script>alert(1)</script>",
    "&amp;",
    "'quoted'",
    '"quoted"',
    "~user",
    "a=b",
    "::1",
    "%s %d {0}",
    "\\",
    "*",
    "[a-z]",
    "x" * 255,
    "é" * 127,
    "日本",
    "x\u0301" * 50,
    " ",
    " a  b ",
    "OK: all is well",
    "-v",
    "--help",
]


def hold(said: Said) -> None:
    """Check that an answer is one clean line that every parser takes."""
    assert said.code in (0, 1, 2, 3)
    assert len(said.text.encode()) <= 4096
    first, *details = said.text.split("\n")
    line, bar, perfdata = first.partition(" | ")
    assert len(line.encode()) <= 255
    assert line.isprintable()
    assert not set(line) & set('|;$`<>&~"') - {";"}
    assert all(ITEM.fullmatch(item) for item in perfdata.split(" ") if bar)
    assert all(one.isprintable() and "|" not in one for one in details)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("age", [1, 100, 1000])
def test_a_hostile_name(simulation: Simulation, name: str, age: float) -> None:
    """Alive, late or silent, in every form of output."""
    simulation.beat(name, age=age, extras={"depth": 7, name[:20]: 1})

    for options in ("", "-v", "--value depth -w 5", "-vvv --no-perfdata"):
        hold(simulation.heartbeats(options))
    found = simulation.heartbeats("--json").json
    assert [one["component"] for one in found["overdue"]] == [name] * (age > 1)


@pytest.mark.parametrize("name", [name for name in HOSTILE if not set(name) & set("*?[")])
def test_a_hostile_name_can_be_asked_for(simulation: Simulation, name: str) -> None:
    """What is called like this can be named on the command line, as it is."""
    simulation.beat(name, age=1)
    simulation.beat("other", age=1000)

    said = simulation.ask_words("heartbeat", "--redis", simulation.url, f"--name={name}")

    assert (said.code, said.number("total")) == (0, 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_everything_that_shows_a_name(simulation: Simulation, name: str) -> None:
    """Reports, declarations, instances, clocks and what is missing show names too."""
    simulation.expect(name, 2, age=1000)
    simulation.expect(f"never {name}"[:80], age=1000)
    simulation.beat(name, age=-600, received=0, instance=name)
    simulation.beat(name, interval=0, status="down", extras={"message": f"{name}\n|\x1b[2J"})

    for options in ("", "-v", "--json"):
        said = simulation.heartbeats(options)
        if options != "--json":
            hold(said)
        assert said.code == 2
    hold(simulation.ask_words("heartbeat", "--redis", simulation.url, f"--name=no {name}"))
    hold(simulation.ask_words("heartbeat", "--redis", simulation.url, f"--uuid=no {name}"))
    hold(simulation.ask_words("heartbeat", "--redis", simulation.url, f"--value={name}"))
    hold(simulation.ask_words("heartbeat", "--redis", simulation.url, f"--system={name}"))


def test_two_names_that_look_alike(simulation: Simulation) -> None:
    """Names that fold to one label have an item each."""
    for number, name in enumerate(("a b", "a-b", "A B", "a_b")):
        simulation.beat(name, age=1, extras={"depth": number})

    said = simulation.heartbeats("--value depth")

    values = [said.number(label) for label in said.perfdata if "depth" in label]
    assert sorted(values) == [0, 1, 2, 3]


def test_collectors_and_sources_have_names_too(simulation: Simulation) -> None:
    """What collectors report is no more trusted than what components send."""
    source = simulation.source("a|b\n$x", behind=100, connected=False, error="c|d\x1b[2J")
    simulation.collector("e|f\n", sources=[source], age=10)
    simulation.collector("g|h", age=500)

    for said in (simulation.heartbeats("-vv"), simulation.collectors("-vv")):
        hold(said)


@given(st.text(min_size=1, max_size=60), st.sampled_from([1, 100, 1000]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_that_is_let_in(
    simulation: Simulation, valkey: Valkey, name: str, age: float
) -> None:
    """Every name that the parser takes is shown in a clean line; others are not let in."""
    valkey.empty()
    simulation.old()
    simulation.collector()
    found = parse(json.dumps({"name": name, "timestamp": 1}).encode())
    assume(isinstance(found, Heartbeat))
    simulation.beat(name, age=age)

    hold(simulation.heartbeats("-v"))
    hold(simulation.ask_words("heartbeat", "--redis", simulation.url, f"--name={name}"))


def test_names_that_cannot_be_shown_are_not_let_in() -> None:
    """The parser refuses control characters, so no check ever meets them."""
    assert not isinstance(parse(b'{"name": "a\\u001b[2J", "timestamp": 1}'), Heartbeat)


def test_an_argument_that_is_no_text(simulation: Simulation) -> None:
    """Bytes on the command line that are not UTF-8 are UNKNOWN in one line."""
    simulation.beat("x")

    said = simulation.ask_words("heartbeat", "--redis", simulation.url, "--name=\udcff\udcfe")

    hold(said)
    assert said.code == 3
