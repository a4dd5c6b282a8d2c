"""check_heartbeat: what each option asks for, alone and together with others."""

import pytest

from servers.simulation import Said, Simulation

STATES = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}


@pytest.fixture
def fleet(simulation: Simulation) -> Simulation:
    """Give a fleet in which some are late and some are silent."""
    simulation.beat("billing", age=10)
    simulation.beat("billing test", age=1000)
    simulation.beat("SMPP Transport 1", age=100)
    simulation.beat("SMPP Transport 2", age=300)
    simulation.beat("shop:checkout", age=20, instance="a:1")
    simulation.beat("shop:search", age=200, instance="b:1")
    return simulation


def named(said: Said, among: str) -> set[str]:
    """Return which of some names, separated by commas, are in the first line."""
    return {name for name in among.split(",") if name in said.line}


@pytest.mark.parametrize(
    ("options", "code", "total"),
    [
        pytest.param("--name billing", 0, 1, id="one-by-name"),
        pytest.param("--name=billing", 0, 1, id="one-by-name-attached"),
        pytest.param("--name 'SMPP Transport 1'", 1, 1, id="with-blanks"),
        pytest.param("--name 'SMPP *'", 2, 2, id="glob"),
        pytest.param("--name 'SMPP Transport ?'", 2, 2, id="question-mark"),
        pytest.param("--name 'SMPP Transport [1]'", 1, 1, id="set"),
        pytest.param("--name 'SMPP Transport [!1]'", 2, 1, id="not-in-the-set"),
        pytest.param("--name 'smpp *'", 3, 0, id="by-case"),
        pytest.param("--name billing --name 'shop:*'", 2, 3, id="two"),
        pytest.param("--name billing --name billing --name 'bil*'", 2, 2, id="the-same-twice"),
        pytest.param("--name '*' --exclude '*test*' --exclude 'S*'", 2, 3, id="without-some"),
        pytest.param("--exclude '*test*' --exclude 'S*' --exclude '*:search'", 0, 2, id="all-but"),
        pytest.param("--exclude 'billing test'", 2, 5, id="all-but-one-by-name"),
        pytest.param("--exclude '*'", 3, 0, id="all-but-all"),
        pytest.param("--system shop", 2, 2, id="system"),
        pytest.param("--system shop --name checkout", 0, 1, id="one-of-a-system"),
        pytest.param("--system shop --exclude 's*'", 0, 1, id="all-but-one-of-a-system"),
        pytest.param("--system nowhere", 3, 0, id="unknown-system"),
        pytest.param("--name 'shop:*' --exclude shop:search", 0, 1, id="by-full-name"),
    ],
)
def test_which_components(fleet: Simulation, options: str, code: int, total: int) -> None:
    """Names and globs choose, --exclude takes away, --system puts itself in front of both."""
    said = fleet.heartbeats(options)

    assert (said.code, said.number("total")) == (code, total)


def test_only_those_chosen_are_named(fleet: Simulation) -> None:
    """Nothing of the others is said."""
    said = fleet.heartbeats("--name 'SMPP *' -v")

    assert named(said, "billing,shop,SMPP Transport 1,SMPP Transport 2") == {
        "SMPP Transport 1",
        "SMPP Transport 2",
    }
    assert len(said.details) == 2


@pytest.mark.parametrize("name", ["telex", "billin", "billing "])
def test_a_name_that_nobody_has(fleet: Simulation, name: str) -> None:
    """Asked for by name and not there is UNKNOWN: it may be a misprint."""
    said = fleet.heartbeats(f"--name '{name}' --name billing")

    assert (said.code, said.summary) == (
        3,
        f"not known: {name}, neither heard nor declared since this store began 1h ago",
    )


def test_a_glob_that_nobody_matches(fleet: Simulation) -> None:
    """A glob that matches nobody is UNKNOWN when nothing else was asked for."""
    said = fleet.heartbeats("--name 'fax*'")

    assert (said.code, said.summary) == (
        3,
        "no component matches what was asked for since this store began 1h ago",
    )


@pytest.mark.parametrize("word", STATES)
def test_missing_names_as_wanted(fleet: Simulation, word: str) -> None:
    """--missing says what a name that is not there is worth."""
    assert fleet.heartbeats(f"--name telex --missing {word}").code == STATES[word]
    assert fleet.heartbeats(f"--name 'fax*' --missing {word}").code == STATES[word]


@pytest.mark.parametrize("word", STATES)
def test_declared_and_never_seen_as_wanted(simulation: Simulation, word: str) -> None:
    """--missing says what a declared component that never came is worth."""
    simulation.beat("billing")
    simulation.expect("fax", age=500)

    assert simulation.heartbeats(f"--missing {word}").code == STATES[word]
    assert simulation.heartbeats(f"--name fax --missing {word}").code == STATES[word]


def test_an_expected_one_by_name(simulation: Simulation) -> None:
    """Who is declared is known, by name and by glob, and not asked for when others are."""
    simulation.beat("billing")
    simulation.expect("fax gateway", age=500)

    assert simulation.heartbeats("--name 'fax gateway'").code == 2
    assert simulation.heartbeats("--name 'fax*'").code == 2
    assert simulation.heartbeats("--name billing").code == 0
    assert simulation.heartbeats("--exclude 'fax*'").code == 0


def test_a_retired_one_by_name(simulation: Simulation) -> None:
    """Who is retired is known: asked for by name it is OK, and said to be retired."""
    simulation.beat("old", age=5000)
    simulation.retire("old")

    said = simulation.heartbeats("--name old")

    assert (said.code, said.summary) == (0, "0 components alive; retired: old")
    assert simulation.heartbeats("--name 'o*'").code == 3


def test_one_instance(simulation: Simulation) -> None:
    """--uuid judges one process, whoever else keeps its component alive."""
    simulation.beat("web", age=500, instance="uuid-1")
    simulation.beat("web", age=10, instance="uuid-2")

    assert simulation.heartbeats().code == 0
    said = simulation.heartbeats("--uuid uuid-1")
    assert said.code == 2
    assert said.summary == "1 of 1 component silent: web uuid-1 (8m 20s), limit 2m"
    assert simulation.heartbeats("--uuid uuid-2").code == 0
    assert simulation.heartbeats("--uuid uuid-2 --uuid uuid-1").number("total") == 2


def test_one_instance_of_a_host(simulation: Simulation) -> None:
    """An instance may be host and process number, and may hold blanks."""
    simulation.beat("web", age=10, instance="host:17")
    simulation.beat("cron", age=10, instance="my own name")

    assert simulation.heartbeats("--uuid host:17").code == 0
    assert simulation.heartbeats("--uuid 'my own name'").code == 0
    assert simulation.heartbeats("--name web --uuid 'my own name'").code == 3


def test_an_unknown_instance(simulation: Simulation) -> None:
    """An instance nobody has heard of is UNKNOWN, or what --missing says."""
    simulation.beat("web", age=10, instance="uuid-1")

    said = simulation.heartbeats("--uuid uuid-1 --uuid uuid-9")

    assert (said.code, said.summary) == (
        3,
        "not known: uuid-9, neither heard nor declared since this store began 1h ago",
    )
    assert simulation.heartbeats("--uuid uuid-9 --missing critical").code == 2


def test_an_instance_has_nothing_to_do_with_others(simulation: Simulation) -> None:
    """Who asks for one process is not told of declared, troubled or short components."""
    simulation.beat("web", age=10, instance="uuid-1")
    simulation.expect("web", 3)
    simulation.expect("never", age=900)
    simulation.beat("sms", interval=0, status="down")

    assert simulation.heartbeats("--uuid uuid-1").code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param("-w 5m -c 10m", 0, id="within-both"),
        pytest.param("-w 3m -c 10m", 1, id="late"),
        pytest.param("-w 3m -c 200s", 2, id="silent"),
        pytest.param("-w 3m", 1, id="warning-only"),
        pytest.param("-c 3m", 2, id="critical-only"),
        pytest.param("-w 240", 0, id="at-the-limit"),
        pytest.param("-w 239.9", 1, id="just-beyond"),
        pytest.param("-c 10m:", 2, id="too-young"),
        pytest.param("-c ~:5m", 0, id="no-lower-bound"),
        pytest.param("-c 1m:5m", 0, id="between"),
        pytest.param("-c @1m:5m", 2, id="not-between"),
        pytest.param("-c @5m:10m", 0, id="outside-of-inverted"),
        pytest.param("-w 1w -c 1w", 0, id="weeks"),
        pytest.param("-c 0:", 0, id="no-bound"),
        pytest.param("-c 0", 2, id="zero"),
        pytest.param("--warning=3m --critical=200", 2, id="long-options"),
    ],
)
@pytest.mark.parametrize("which", ["", "--name x", "--name '*'"])
def test_ages(simulation: Simulation, options: str, code: int, which: str) -> None:
    """Ages and ranges of ages mean the same however the components are chosen."""
    simulation.beat("x", age=240, interval=3600)

    assert simulation.heartbeats(f"{options} {which}").code == code


def test_ages_are_in_the_performance_data(simulation: Simulation) -> None:
    """The limits in force stand beside the age, in seconds and as ranges."""
    simulation.beat("x", age=240)

    assert simulation.heartbeats("-w 3m -c @1h:2h").perfdata["oldest"] == "240s;180;@3600:7200;0"
    assert simulation.heartbeats("-w 30s: -c ~:1.5m").perfdata["oldest"] == "240s;30:;~:90;0"
    assert simulation.heartbeats("-c 3m").perfdata["oldest"] == "240s;;180;0"


def test_ages_never_judge_who_reports_changes_only(simulation: Simulation) -> None:
    """Whatever the thresholds, silence of a component that reports changes says nothing."""
    simulation.beat("sms", age=9000, interval=0, status="ok")
    simulation.beat("x", age=1)

    said = simulation.heartbeats("-w 10 -c 20")

    assert said.code == 0
    assert said.number("oldest") == 1


def test_a_warning_age_alone_still_misses_the_declared(simulation: Simulation) -> None:
    """With -w alone, who was declared and never came is missed once that age is over."""
    simulation.beat("x", age=1)
    simulation.expect("never", age=500)

    assert simulation.heartbeats("-w 10m").code == 0
    said = simulation.heartbeats("-w 5m")
    assert (said.code, said.summary) == (
        2,
        "1 expected component never seen since declared: never (8m 20s), limit 5m",
    )


def test_a_minimum(simulation: Simulation) -> None:
    """--min asks for living instances of each component chosen, declared or not."""
    simulation.beat("web", age=10, instance="a:1")
    simulation.beat("web", age=20, instance="b:1")
    simulation.beat("cron", age=10, instance="a:2")

    assert simulation.heartbeats("--min 1").code == 0
    assert simulation.heartbeats("--min 2 --name web").code == 0
    said = simulation.heartbeats("--min 2")
    assert (said.code, said.summary) == (
        2,
        "1 component short of instances: cron (1 of 2 needed, never more)",
    )
    assert simulation.heartbeats("--min 3").summary == (
        "2 components short of instances: cron (1 of 3 needed, never more), "
        "web (2 of 3 needed, never more)"
    )


def test_a_minimum_and_an_age(simulation: Simulation) -> None:
    """An instance lives until the age that is given, the critical one if there is one."""
    simulation.beat("web", age=200, instance="a:1")
    simulation.beat("web", age=10, instance="b:1")

    assert simulation.heartbeats("--min 2 --name web").code == 2
    assert simulation.heartbeats("--min 2 --name web -w 1m -c 5m").code == 0
    assert simulation.heartbeats("--min 2 --name web -w 5m").code == 0
    assert simulation.heartbeats("--min 2 --name web -w 3m").code == 2


def test_a_minimum_on_the_command_line_wins(simulation: Simulation) -> None:
    """--min takes the place of what was declared."""
    simulation.expect("web", 3)
    simulation.beat("web", age=10, instance="a:1")

    assert simulation.heartbeats("--name web").code == 2
    assert simulation.heartbeats("--name web --min 1").code == 0


def test_a_minimum_of_what_never_came(simulation: Simulation) -> None:
    """Who was never seen is said to be never seen, not to be short of instances."""
    simulation.beat("x")
    simulation.expect("web", 3, age=500)

    assert simulation.heartbeats().summary == (
        "1 expected component never seen since declared: web (8m 20s), limit 2m"
    )


def test_json(fleet: Simulation) -> None:
    """--json has all of it, uncut, for programs."""
    said = fleet.heartbeats("--json")

    found = said.json
    assert said.code == found["code"] == 2
    assert found["state"] == "CRITICAL"
    assert found["summary"] == fleet.heartbeats().summary
    assert found["perfdata"]["total"] == 6
    assert [(one["component"], one["state"]) for one in found["overdue"]] == [
        ("billing test", "silent"),
        ("SMPP Transport 2", "silent"),
        ("shop:search", "silent"),
        ("SMPP Transport 1", "late"),
    ]
    assert found["overdue"][1] == {
        "component": "SMPP Transport 2",
        "state": "silent",
        "silence": 300.0,
        "seen": fleet.now - 300,
        "interval": 60,
        "limit": "2m",
    }


@pytest.mark.parametrize("options", ["--json", "--json -vvv", "--json --no-perfdata"])
def test_json_in_every_situation(new_simulation: Simulation, options: str) -> None:
    """One JSON object on one line, when nothing is known as well."""
    said = new_simulation.heartbeats(options)

    assert said.code == said.json["code"] == 3
    assert "\n" not in said.text


def test_no_performance_data(fleet: Simulation) -> None:
    """--no-perfdata leaves it out, and nothing else."""
    said = fleet.heartbeats("--no-perfdata -v")

    assert "|" not in said.text
    assert said.line == fleet.heartbeats("-v").line
    assert said.details == fleet.heartbeats("-v").details


def test_options_together(fleet: Simulation) -> None:
    """All options at once are one question."""
    said = fleet.heartbeats(
        "--system shop --name '*' --exclude 'x*' --uuid a:1 --uuid b:1 --min 1 -w 30s -c 1m"
        " --missing critical -t 5s -vv --no-perfdata"
    )

    assert said.code == 2
    assert said.summary.startswith(
        "1 of 2 components silent: shop:search b:1 (3m 20s), limit 1m; "
        "1 component short of instances: shop:search b:1 (0 of 1 needed, since 3m 20s ago)"
    )
