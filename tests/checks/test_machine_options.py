"""check_machine: which machines are asked about, how many have to live, and how it answers."""

from collections.abc import Sequence

import pytest

from blinkenlights.kinds.machine import read as machine_store
from blinkenlights.kinds.machine.keys import Facts as MachineFacts
from blinkenlights.store.reader import StoreReader
from servers.simulated_machines import LINUX, OSX, SimulatedMachines, pool_limits

HOUR = 3600.0
DAY = 86400.0


@pytest.fixture
def fleet(machines: SimulatedMachines) -> SimulatedMachines:
    """Give six machines in two datacenters and two pools, all of them silent for a day."""
    for datacenter, number, pool in (
        ("mdc1", 1, OSX),
        ("mdc1", 2, OSX),
        ("mdc2", 1, OSX),
        ("mdc2", 2, LINUX),
        ("mdc2", 10, LINUX),
    ):
        machines.told(f"{datacenter}:ms-{number}", age=26 * HOUR + number, pool=pool)
    machines.imported("mdc1:old-1", age=26 * HOUR)
    return machines


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ("", ["mdc1:ms-1", "mdc1:ms-2", "mdc1:old-1", "mdc2:ms-1", "mdc2:ms-10", "mdc2:ms-2"]),
        ("--datacenter mdc1", ["mdc1:ms-1", "mdc1:ms-2", "mdc1:old-1"]),
        ("--datacenter 'mdc?' --machine 'ms-1*'", ["mdc1:ms-1", "mdc2:ms-1", "mdc2:ms-10"]),
        ("--machine ms-1", ["mdc1:ms-1", "mdc2:ms-1"]),
        ("--machine mdc1:ms-1", ["mdc1:ms-1"]),
        ("--machine mdc1:ms-1 --machine 'mdc2:*-1'", ["mdc1:ms-1", "mdc2:ms-1"]),
        ("--machine mdc1:ms-1 --datacenter mdc1 --machine 'mdc2:*'", ["mdc1:ms-1"]),
        ("--machine 'ms-[2]'", ["mdc1:ms-2", "mdc2:ms-2"]),
        ("--exclude 'ms-1*' --exclude mdc2:ms-2", ["mdc1:ms-2", "mdc1:old-1"]),
        ("--pool '*-talos'", ["mdc2:ms-10", "mdc2:ms-2"]),
        (f"--pool {OSX} --datacenter mdc2", ["mdc2:ms-1"]),
        ("--pool ''", ["mdc1:old-1"]),
    ],
)  # fmt: skip
def test_which_machines(fleet: SimulatedMachines, options: str, names: list[str]) -> None:
    """Names, datacenters, pools and what is excluded narrow what is judged, however they mix."""
    answer = fleet.ask(f"-c 1d --json {options}").json

    assert sorted(one["machine"] for one in answer["machines"]) == names
    assert answer["state"] == "CRITICAL"
    assert answer["perfdata"]["total"] == answer["perfdata"]["silent"] == len(names)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--machine mdc1:ms-9", "not known: mdc1:ms-9, neither heard nor declared"),
        ("--machine ms-9 --machine 'ms-*'", "not known: ms-9"),
        ("--machine mdc2:ms-1 --datacenter mdc1", "not known: mdc2:ms-1"),
        ("--machine 'xs-*'", "no machine matches what was asked for"),
        ("--pool gone/away", "not known: pool gone/away"),
        ("--pool 'gone/*'", "no machine matches what was asked for"),
    ],
)
def test_who_is_asked_for_is_not_there(fleet: SimulatedMachines, options: str, words: str) -> None:
    """What is asked for and not there is UNKNOWN, or what --missing says."""
    said = fleet.ask(f"-c 2d {options}")

    assert said.code == 3
    assert words in said.summary
    for code, state in enumerate(("ok", "warning", "critical", "unknown")):
        assert fleet.ask(f"-c 2d {options} --missing {state}").code == code


def test_missing_is_for_the_never_seen(machines: SimulatedMachines) -> None:
    """The state of --missing is that of an expected machine, too, whatever the limits."""
    machines.told("mdc1:ms-1", age=60)
    machines.expect("mdc1:ms-2", age=HOUR)

    assert machines.ask("--missing critical").code == 2
    assert machines.ask("-c 1m --missing warning").code == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("-c 30s:", 2),
        ("-c 120s:", 2),
        ("-c 10s:4h", 2),
        ("-c @1m:2h", 2),
        ("-c @1h:", 0),
        ("-c 1h", 0),
    ],
)
def test_ranges(machines: SimulatedMachines, options: str, code: int) -> None:
    """A range of ages alarms on either side, and inverted between its ends."""
    machines.told("mdc1:ms-1", age=90)
    machines.told("mdc1:ms-2", age=5)

    assert machines.ask(options).code == code


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("-w ''", "-w/--warning"),
        ("-c soon", "-c/--critical"),
        ("--failing 0", "'0' is not between 1 and 20, which is how many are kept"),
        ("--failing 21", "'21' is not between 1 and 20"),
        ("--failing x", "not a whole number"),
        ("--min -1", "--min"),
        ("--missing bad", "--missing"),
        ("machine", "unrecognized"),
    ],
)
def test_what_is_refused(machines: SimulatedMachines, options: str, words: str) -> None:
    """What cannot be meant is UNKNOWN, with the option that is wrong."""
    said = machines.ask(options)

    assert said.code == 3
    assert words in said.line


def test_too_few_live(machines: SimulatedMachines) -> None:
    """--min is CRITICAL for each pool with fewer: how many, of how many, since when."""
    machines.told("mdc1:ms-1", age=60)
    machines.told("mdc1:ms-2", age=26 * HOUR)
    machines.told("mdc1:ms-3", "running", age=4 * HOUR)
    machines.lost("mdc1:ms-3", age=3 * HOUR)
    machines.told("mdc1:ms-4", age=60)
    machines.quarantine("mdc1:ms-4")
    machines.told("mdc1:ms-5", age=60, pool=LINUX)

    said = machines.ask("-c 1d --min 3 -v")

    assert said.code == 2
    assert f"pool {OSX} short: 1 alive of 3 needed, 1 quarantined, since 1d 2h" in said.summary
    assert f"UNKNOWN: pool {LINUX} has 1 of 3" in said.text
    assert (
        f"CRITICAL: pool {OSX} has 1 of 3 machines needed, 1 quarantined, enough until "
        "2026-09-20 12:13:20 UTC"
    ) in said.details
    assert "short" not in machines.ask("-c 1d --min 1").summary


def test_a_late_one_lives(machines: SimulatedMachines) -> None:
    """A machine lives until it is silent, not until it is late."""
    machines.told("mdc1:ms-1", age=5 * HOUR)

    assert "short" not in machines.ask("-w 4h -c 1d --min 1").summary
    assert "short" in machines.ask("-w 4h --min 1").summary


def test_too_few_by_configuration(machines: SimulatedMachines) -> None:
    """A pool may have its own number, and is short even when nobody was ever seen in it."""
    machines.limits(
        pool_limits(OSX, critical=DAY, minimum=2), pool_limits(LINUX, critical=HOUR / 2, minimum=1)
    )
    machines.told("mdc1:ms-1", age=60)

    said = machines.ask()

    assert said.code == 2
    assert f"pool {LINUX} short: 0 alive of 1 needed" in said.summary
    assert "short" not in machines.ask(f"--pool {OSX} --min 1").summary
    assert machines.ask("--machine ms-1").code == 0


def test_nobody_can_count_the_living(machines: SimulatedMachines) -> None:
    """Where nobody says how long silence may last, --min cannot be answered, and that is said."""
    machines.told("mdc1:ms-1", age=30 * DAY)

    said = machines.ask("--min 1")

    assert said.code == 3
    assert said.summary.startswith(
        f"nobody knows whether 1 live in pool {OSX}: silence is not judged"
    )
    assert machines.ask("--min 2").code == 2


def test_a_store_that_is_younger_than_its_limits(machines: SimulatedMachines) -> None:
    """In a new store idle machines are not known yet, so too few are no alarm."""
    machines.told("mdc1:ms-1", age=60)

    said = machines.ask("-c 1d --min 2")

    assert said.code == 3
    assert said.summary == (
        f"pool {OSX} short: 1 alive of 2 needed; this store is younger than their limit"
    )
    assert machines.ask("-c 30m --min 2").code == 2


def test_json(machines: SimulatedMachines) -> None:
    """--json has all that is known of each, for programs."""
    machines.told("mdc1:ms-1", "running", age=60, task="abc/0", started=90)
    machines.failed("mdc1:ms-2", *["failed"] * 2, age=26 * HOUR)

    answer = machines.ask("-c 1d --failing 5 --json --machine 'ms-*'").json

    assert [one["state"] for one in answer["machines"]] == ["silent", "alive"]
    silent = answer["machines"][0]
    assert silent["machine"] == "mdc1:ms-2"
    assert silent["silence"] == 26 * HOUR
    assert silent["failures"] == 2
    assert silent["task_state"] == "failed"
    assert silent["pool"] == OSX
    assert answer["perfdata"]["oldest"] == 26 * HOUR


def test_more_than_are_listed(machines: SimulatedMachines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those beyond what is fetched by name are counted all the same, each in its state."""
    for number in range(9):
        machines.told(f"mdc1:ms-{number}", age=26 * HOUR + number)
    for number in range(9, 12):
        machines.told(f"mdc1:ms-{number}", age=5 * HOUR)
    unseen_since = machine_store.unseen_since
    monkeypatch.setattr(
        machine_store,
        "unseen_since",
        lambda store, pools, limit, most=4: unseen_since(store, pools, limit, most),
    )

    said = machines.ask("-w 4h -c 1d --min 4")

    assert said.number("silent") == 9
    assert said.number("late") == 3
    assert said.number("alive") == 0
    assert "ms-6 (1d 2h) and 6 more, limit 1d" in said.summary
    assert f"pool {OSX} short: 3 alive of 4 needed" in said.summary


def test_it_costs_what_is_wrong(
    machines: SimulatedMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No machine that is well is asked for by name."""
    for number in range(20):
        machines.told(f"mdc1:ms-{number}", age=60)
    machines.told("mdc1:dead", age=26 * HOUR)
    asked: list[str] = []
    facts_of = machine_store.facts_of

    def remembering(store: StoreReader, names: Sequence[str]) -> dict[str, MachineFacts]:
        asked.extend(names)
        return facts_of(store, names)

    monkeypatch.setattr(machine_store, "facts_of", remembering)

    machines.ask("-c 1d -v")
    machines.ask("-c 1d --datacenter mdc1")

    assert asked == ["mdc1:dead", "mdc1:dead"]


def test_another_pool(machines: SimulatedMachines) -> None:
    """What is wrong in a pool that was not asked for is not said, nor who may be in any."""
    machines.told("mdc1:ms-1", age=60)
    machines.told("mdc1:ms-2", "running", age=2 * HOUR, pool=LINUX)
    machines.lost("mdc1:ms-2", age=HOUR, pool=LINUX)
    machines.lost("mdc1:ms-3", age=HOUR, pool=LINUX)
    machines.failed("mdc1:ms-4", *["failed"] * 6, age=60, pool=LINUX)
    machines.expect("mdc1:ms-5", age=DAY)

    for options in ("", "--datacenter mdc1"):
        said = machines.ask(f"--pool {OSX} -c 1h --failing 5 {options}")
        assert said.code == 0
        assert said.number("total") == 1
    assert machines.ask(f"--pool {LINUX} -c 1h --failing 5").number("lost") == 2


def test_one_is_expected_and_lost(machines: SimulatedMachines) -> None:
    """Who was declared, and of whom nothing but an expired claim is known, is one machine."""
    machines.expect("mdc1:ms-1", age=DAY)
    machines.lost("mdc1:ms-1", age=HOUR)

    for options in ("", "--machine ms-1"):
        said = machines.ask(options)
        assert (said.number("total"), said.number("lost"), said.number("expected")) == (1, 1, 0)
