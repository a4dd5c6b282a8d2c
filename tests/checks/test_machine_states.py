"""check_machine: each state, with what line 1 says of it."""

import pytest

from servers.simulated_machines import LINUX, OSX, SimulatedMachines, pool_limits

HOUR = 3600.0
DAY = 86400.0
LABELS = ["total", "alive", "late", "silent", "lost", "failing"]
LABELS += ["expected", "idle", "quarantined", "unheard"]


def figures(machines: SimulatedMachines, options: str = "") -> dict[str, float]:
    said = machines.ask(options)
    return {label: n for label in LABELS if (n := said.number(label))}


def test_all_is_well(machines: SimulatedMachines) -> None:
    """OK says how many live, who was seen longest ago, and against which limit."""
    machines.told("mdc1:ms-1", age=46 * 60)
    machines.told("mdc2:ms-2", "running", age=60)

    said = machines.ask("-w 4h -c 1d")

    assert said.code == 0
    assert said.text == (
        "MACHINE OK: 2 machines alive, oldest mdc1:ms-1 (46m), limit 1d | total=2;;;0 alive=2;;;0 "
        "late=0;;;0 silent=0;;;0 lost=0;;;0 failing=0;;;0 expected=0;;;0 idle=0;;;0 "
        "quarantined=0;;;0 unheard=0;;;0 oldest=2760s;14400;86400;0"
    )


def test_nobody_judges_silence(machines: SimulatedMachines) -> None:
    """Without any limit line 1 says that this is no watch, and how to make it one."""
    machines.told("mdc1:ms-1", age=30 * DAY)
    machines.told("mdc1:ms-2", age=60)

    said = machines.ask("-v")

    assert said.code == 0
    assert said.summary == (
        "2 machines known, silence is not judged: set limits with -w and -c, or for pools in the "
        "configuration, oldest mdc1:ms-1 (30d)"
    )
    assert said.details[0].startswith(f"mdc1:ms-1 ({OSX}) idle, last seen 30d ago")
    assert said.details[-1] == f"silence is not judged in pool {OSX}"
    assert figures(machines) == {"total": 2, "alive": 1, "idle": 1}


def test_silence_is_not_judged_and_somebody_is_lost(machines: SimulatedMachines) -> None:
    """That silence is not judged is said beside what is wrong, too."""
    machines.told("mdc1:ms-1", age=2 * HOUR)
    machines.lost("mdc1:ms-1", age=HOUR)

    said = machines.ask()

    assert said.code == 2
    assert said.summary == (
        "1 of 1 machine lost, claim expired and not seen since: mdc1:ms-1 (1h ago); silence is not "
        "judged: set limits with -w and -c, or for pools in the configuration"
    )


def test_one_pool_has_no_limit(machines: SimulatedMachines) -> None:
    """Idle machines of a pool without a limit are counted beside those that are judged."""
    machines.limits(pool_limits("*/gecko-t-osx-*", critical=DAY))
    machines.told("mdc1:ms-1", age=60)
    machines.told("mdc1:ms-2", age=2 * DAY, pool=LINUX)

    said = machines.ask("-v")

    assert said.code == 0
    assert said.summary == ("1 machine alive, oldest mdc1:ms-2 (2d); 1 idle, not judged")
    assert f"silence is not judged in pool {LINUX}" in said.details


def test_somebody_is_late(machines: SimulatedMachines) -> None:
    """WARNING beyond the age to warn of: who, for how long, against which limit."""
    machines.told("mdc1:ms-1", age=5 * HOUR)
    machines.told("mdc1:ms-2", age=60)

    said = machines.ask("-w 4h -c 1d")

    assert said.code == 1
    assert said.summary == "1 of 2 machines late: mdc1:ms-1 (5h), limit 4h"
    assert figures(machines, "-w 4h -c 1d") == {"total": 2, "alive": 1, "late": 1}


def test_somebody_is_silent(machines: SimulatedMachines) -> None:
    """CRITICAL beyond the critical age, worst first; -v says what each did last."""
    machines.told("mdc1:ms-1", "running", age=26 * HOUR, task="abc/0", started=26 * HOUR)
    machines.told("mdc1:ms-2", "failed", age=25 * HOUR, task="xyz/1")
    machines.told("mdc1:ms-3", age=5 * HOUR)

    said = machines.ask("-w 4h -c 1d -v")

    assert said.code == 2
    assert said.summary == (
        "2 of 3 machines silent: mdc1:ms-1 (1d 2h), mdc1:ms-2 (1d 1h), limit 1d; "
        "1 of 3 machines late: mdc1:ms-3 (5h), limit 4h"
    )
    assert "\n".join(said.details) == (
        f"CRITICAL: mdc1:ms-1 ({OSX}) silent for 1d 2h, since 2026-09-20 12:13:20 UTC, limit 1d; "
        "runs abc/0 since 1d 2h\n"
        f"CRITICAL: mdc1:ms-2 ({OSX}) silent for 1d 1h, since 2026-09-20 13:13:20 UTC, limit 1d; "
        "last task xyz/1 failed 1d 1h ago\n"
        f"WARNING: mdc1:ms-3 ({OSX}) late for 5h, since 2026-09-21 09:13:20 UTC, limit 4h; "
        "last task task18000/0 completed 5h ago"
    )


def test_pools_have_limits_of_their_own(machines: SimulatedMachines) -> None:
    """Each is judged by what the configuration says of its pool, and its limit is said."""
    machines.limits(
        pool_limits("*/gecko-t-osx-*", warning=HOUR, critical=2 * HOUR),
        pool_limits("*", critical=3 * HOUR),
    )
    machines.told("mdc1:ms-1", age=2.5 * HOUR)
    machines.told("mdc1:ms-2", age=4 * HOUR, pool=LINUX)
    machines.told("mdc1:ms-3", age=2.5 * HOUR, pool=LINUX)

    said = machines.ask()

    assert said.summary == (
        "2 of 3 machines silent: mdc1:ms-2 (4h, limit 3h), mdc1:ms-1 (2h 30m, limit 2h)"
    )


def test_the_command_line_wins(machines: SimulatedMachines) -> None:
    """Each of -w and -c replaces what is configured; the other stays."""
    machines.limits(pool_limits(warning=HOUR, critical=2 * HOUR))
    machines.told("mdc1:ms-1", age=3 * HOUR)

    assert machines.ask().code == 2
    assert machines.ask("-c 4h").summary.startswith("1 of 1 machine late")
    assert machines.ask("-w 5h -c 6h").code == 0
    assert machines.ask("-w 5h").code == 2


def test_a_claim_expired(machines: SimulatedMachines) -> None:
    """A machine that let a claim expire and was not seen since is lost, without any limit."""
    machines.told("mdc1:ms-1", "running", age=2 * HOUR, task="abc/0")
    machines.lost("mdc1:ms-1", age=HOUR)
    machines.told("mdc1:ms-2", "running", age=3 * HOUR)
    machines.lost("mdc1:ms-2", age=2 * HOUR)
    machines.told("mdc1:ms-2", "running", age=HOUR)

    said = machines.ask("-c 1d -v")

    assert said.code == 2
    assert said.summary == (
        "1 of 2 machines lost, claim expired and not seen since: mdc1:ms-1 (1h ago)"
    )
    assert "\n".join(said.details) == (
        f"CRITICAL: mdc1:ms-1 ({OSX}) lost: its claim of a task expired 2026-09-21 13:13:20 UTC, "
        "not seen since; last seen 2h ago; last task task3600/0 exception (claim-expired) 1h ago"
    )
    assert figures(machines, "-c 1d") == {"total": 2, "alive": 1, "lost": 1}


def test_a_claim_expired_of_who_was_never_seen(machines: SimulatedMachines) -> None:
    """It is lost and counted, though it did nothing that we know of."""
    machines.lost("mdc1:ms-1", age=HOUR)

    assert figures(machines) == {"total": 1, "lost": 1}
    assert machines.ask().code == 2


def test_a_machine_whose_later_claim_holds_is_not_lost(machines: SimulatedMachines) -> None:
    """It lives, and what it runs is shown; with the claim of that run it is lost."""
    name = "mdc1:ms-1"
    machines.told(name, "running", age=1260, started=1260, task="A/0")
    machines.told(name, "running", age=1190, started=1190, task="B/0")
    machines.told(name, "exception", age=30, started=1260, task="A/0", reason="claim-expired")

    said = machines.ask(f"--machine {name} -c 1d")
    [known] = machines.ask(f"--machine {name} --json").json["machines"]
    machines.told(name, "exception", age=10, started=1190, task="B/0", reason="claim-expired")

    assert (said.code, said.number("lost"), said.number("alive")) == (0, 0, 1), said.text
    assert [one["task"] for one in known["runs"]] == ["B/0"]
    assert (known["task"], known["task_reason"]) == ("A/0", "claim-expired")
    assert (known["running_since"], known["seen"]) == (machines.simulation.now - 1190,) * 2
    assert machines.ask(f"--machine {name} -c 1d").number("lost") == 1


def test_what_a_machine_runs_is_said(machines: SimulatedMachines) -> None:
    """All of it, and what its last task came to beside that."""
    for age, task in ((3 * HOUR, "A/0"), (2.5 * HOUR, "B/0")):
        machines.told("mdc1:ms-1", "running", age=age, started=age, task=task)
    machines.told("mdc1:ms-1", "completed", age=2 * HOUR, started=2.5 * HOUR, task="B/0")

    said = machines.ask("-c 1h -v")

    assert said.details[0].endswith("; runs A/0 since 3h, last task B/0 completed 2h ago")


def test_one_is_lost_and_silent(machines: SimulatedMachines) -> None:
    """Lost says more than silent, and nobody is counted twice."""
    machines.told("mdc1:ms-1", age=3 * DAY)
    machines.lost("mdc1:ms-1", age=2 * DAY)
    machines.failed("mdc1:ms-2", "failed", "failed", age=2 * DAY)

    assert figures(machines, "-c 1d --failing 2") == {"total": 2, "lost": 1, "silent": 1}


def test_one_fails_all_it_does(machines: SimulatedMachines) -> None:
    """CRITICAL with how many in a row, since when, for which reasons, and the limit."""
    machines.told("mdc1:ms-1", age=3 * HOUR)
    words = ["failed", "internal-error", "failed", "failed", "internal-error", "failed"]
    machines.failed("mdc1:ms-1", *words, age=HOUR)
    machines.told("mdc1:ms-2", "failed", age=60)

    said = machines.ask("--failing 5 -c 1d")

    assert said.code == 2
    assert said.summary == (
        "1 of 2 machines failing: mdc1:ms-1 (6 in a row since 1h 5m: 4 failed, 2 internal-error, "
        "limit 5)"
    )
    assert figures(machines, "--failing 5 -c 1d") == {"total": 2, "alive": 1, "failing": 1}
    assert machines.ask("--failing 7 -c 1d").code == 0
    assert machines.ask("-c 1d").code == 0


def test_failing_by_pool(machines: SimulatedMachines) -> None:
    """What is too much may be configured for each pool."""
    machines.limits(
        pool_limits("*/gecko-t-osx-*", failing=3, critical=DAY), pool_limits(critical=DAY)
    )
    machines.failed("mdc1:ms-1", *["failed"] * 3, age=60)
    machines.failed("mdc1:ms-2", *["failed"] * 2, age=60)
    machines.failed("mdc1:ms-3", *["failed"] * 9, age=60, pool=LINUX)

    assert machines.ask().summary == (
        "1 of 3 machines failing: mdc1:ms-1 (3 in a row since 3m: 3 failed, limit 3)"
    )


def test_more_failures_than_are_kept(machines: SimulatedMachines) -> None:
    """When all that is kept has failed nobody knows how many there were."""
    machines.failed("mdc1:ms-1", *["failed"] * 30, age=60)

    assert "(20 or more in a row since 20m" in machines.ask("--failing 20").summary


def test_one_that_left_fails_no_more(machines: SimulatedMachines) -> None:
    """A worker that its manager removed is no longer counted, whatever it did."""
    machines.failed("mdc1:ms-1", *["failed"] * 6, age=HOUR)
    machines.told("mdc1:ms-1", "worker removed", age=60, alive=False)
    machines.told("mdc1:ms-2", age=60)

    assert figures(machines, "--failing 5") == {"total": 1, "alive": 1}


def test_an_expected_one_never_came(machines: SimulatedMachines) -> None:
    """Without limits it is a WARNING at once; with one CRITICAL when it is over."""
    machines.expect("mdc1:ms-1", age=2 * HOUR)
    machines.told("mdc1:ms-2", age=60)

    said = machines.ask()
    assert said.code == 1
    assert said.summary.startswith(
        "1 expected machine never seen since declared: mdc1:ms-1 (2h), no limit set"
    )

    said = machines.ask("-w 30m -c 1h")
    assert said.code == 2
    assert said.summary == (
        "1 expected machine never seen since declared: mdc1:ms-1 (2h), limit 1h"
    )
    assert machines.ask("-w 1h -c 3h").code == 1
    assert figures(machines, "-c 1h") == {"total": 2, "alive": 1, "expected": 1}


def test_an_expected_one_has_time_to_come(machines: SimulatedMachines) -> None:
    """Before that it is only mentioned."""
    machines.limits(pool_limits("*", critical=DAY))
    machines.expect("mdc1:ms-1", age=2 * HOUR)
    machines.told("mdc1:ms-2", age=60)

    said = machines.ask()

    assert said.code == 0
    assert said.summary.endswith("; 1 expected and not seen yet")


def test_the_limit_of_one_pool_is_not_for_the_expected(machines: SimulatedMachines) -> None:
    """The pool of one never seen is not known, so only a limit for any pool can be its own."""
    machines.limits(pool_limits("releng-hardware/gecko-t-osx-*", critical=DAY))
    machines.expect("mdc1:ms-1", age=60)

    assert machines.ask().code == 1


def test_one_in_quarantine(machines: SimulatedMachines) -> None:
    """It is counted and named, and alarms nobody, whatever its state."""
    machines.told("mdc1:ms-1", age=3 * DAY)
    machines.lost("mdc1:ms-1", age=2 * DAY)
    machines.failed("mdc1:ms-2", *["failed"] * 6, age=60)
    machines.told("mdc1:ms-3", age=60)
    machines.expect("mdc1:ms-4", age=2 * DAY)
    for number in (1, 2, 3, 4, 5):
        machines.quarantine(f"mdc1:ms-{number}", age=HOUR, left=HOUR, reason="disk | replaced")

    said = machines.ask("-c 1d --failing 5 -v")

    assert said.code == 0
    assert said.summary.startswith("0 machines alive")
    assert "; 4 quarantined: mdc1:ms-1, mdc1:ms-4, mdc1:ms-2 and 1 more" in said.summary
    assert said.details[0] == (
        f"mdc1:ms-1 ({OSX}) quarantined since 2026-09-21 13:13:20 UTC until 2026-09-21 15:13:20 "
        "UTC: disk / replaced; last seen 3d ago; last task task172800/0 exception "
        "(claim-expired) 2d ago"
    )
    assert figures(machines, "-c 1d --failing 5") == {"total": 4, "quarantined": 4}


def test_a_quarantine_is_over(machines: SimulatedMachines) -> None:
    """From its end on the machine is judged again; one without an end holds."""
    machines.told("mdc1:ms-1", age=3 * DAY)
    machines.quarantine("mdc1:ms-1", age=DAY, left=0)
    machines.told("mdc1:ms-2", age=3 * DAY)
    machines.quarantine("mdc1:ms-2", age=DAY)

    assert figures(machines, "-c 1d") == {"total": 2, "silent": 1, "quarantined": 1}


def test_a_retired_one_alarms_nobody(machines: SimulatedMachines) -> None:
    """Retired: not counted, not judged; named when it is asked for."""
    machines.told("mdc1:ms-1", age=3 * DAY)
    machines.told("mdc1:ms-2", age=60)
    machines.retire("mdc1:ms-1", age=HOUR)

    assert figures(machines, "-c 1d") == {"total": 1, "alive": 1}
    assert machines.ask("-c 1d --machine ms-1").summary.endswith("; 1 retired: mdc1:ms-1")
    assert machines.ask("-c 1d --machine ms-1").code == 0


def test_one_that_was_removed(machines: SimulatedMachines) -> None:
    """Asked for by name it is told when and how it went, and that is UNKNOWN."""
    machines.told("mdc1:ms-1", age=3 * DAY)
    machines.told("mdc1:ms-1", "worker removed", age=2 * DAY, alive=False)

    said = machines.ask("--machine mdc1:ms-1")

    assert said.code == 3
    assert said.summary == "no machine any more: mdc1:ms-1 (worker removed 2d ago)"


def test_nobody_is_known(machines: SimulatedMachines) -> None:
    """Nothing known is UNKNOWN, never OK."""
    said = machines.ask("-c 1d")

    assert said.code == 3
    assert said.summary == (
        "no machine known: nobody has told of one since this store began 1h ago"
    )


def test_one_seen_ahead_of_our_clock(machines: SimulatedMachines) -> None:
    """A time to come proves nothing, and keeps nobody alive."""
    machines.imported("mdc1:ms-1", age=-HOUR)
    machines.told("mdc1:ms-2", age=60)

    for options in ("-c 1d", "-c 1d --datacenter mdc1"):
        said = machines.ask(options)
        assert said.code == 3
        assert said.summary.startswith("1 of 2 machines last seen ahead of our clock")
        assert said.number("unheard") == 1


@pytest.mark.parametrize("options", ["-w 4h -c 1d -v", "--json -c 1d", "-vv"])
def test_names_from_outside(machines: SimulatedMachines, options: str) -> None:
    """What others wrote cannot break the line or its performance data."""
    machines.told("mdc1:ms-1", "exception", age=2 * DAY, reason="a|b;c$d", task="x|y/0")
    machines.told("mdc1:ms-1", "exception", age=2 * DAY, reason="a|b;c$d", task="x|y/0", alive=True)

    said = machines.ask(options)

    assert all("$" not in line for line in said.details)
    if "json" not in options:
        assert said.text.count("|") == 1
