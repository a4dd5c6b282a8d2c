"""`blinkenlights import`, `export` and `quarantine`, and declaring machines, in a real store."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.machine import keys
from commands.calling import Command, Outcome
from servers.valkey import Valkey

OLD, NEW = "2018-11-08T08:47:50.939514", "2019-06-26T19:36:10"


@pytest.fixture
def give(command: Command, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> "Command":
    """Give a function that calls `import machines` with a list on standard input."""

    def give(value: object, *words: str) -> Outcome:
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return command("import", "machines", "--redis", valkey.url, *words)

    return give


def entry(machine: str, lastseen: str) -> dict[str, str]:
    return {"datacenter": "mdc1", "machine": machine, "lastseen": lastseen}


def exported(command: Command, valkey: Valkey) -> object:
    found = command("export", "machines", "--redis", valkey.url)
    assert (found.code, found.err) == (0, "")
    return json.loads(found.out)


def test_what_is_imported_is_exported(command: Command, valkey: Valkey, give: Command) -> None:
    """In the same form, sorted by name, without a fraction where it is zero."""
    machines = [entry("b", NEW), entry("a", OLD)]

    found = give(machines)

    assert found == (0, "machines imported: 2; seen at that time or later: 0\n", "")
    assert exported(command, valkey) == [entry("a", OLD), entry("b", NEW)]


def test_times_keep_their_microseconds(command: Command, valkey: Valkey, give: Command) -> None:
    """Whatever the fraction, through a declaration, and a second import, of which none is new."""
    moments = [
        datetime(year, 3, 1, tzinfo=UTC).replace(tzinfo=None)
        + timedelta(microseconds=number * 3_791_939_514 % 10**12)
        for year in (1971, 2001, 2018, 2026)
        for number in range(250)
    ]
    machines = [entry(f"m{n:04}", each.isoformat()) for n, each in enumerate(moments)]
    give(machines)
    assert command("expect", "--machine", "mdc1:m0000", "--redis", valkey.url).code == 0
    retired = command("expect", "--machine", "mdc1:m0001", "--retired", "--redis", valkey.url)
    assert retired.code == 0

    again = give(machines)

    assert again.out == "machines imported: 0; seen at that time or later: 1000\n"
    assert exported(command, valkey) == machines


def test_no_time_moves_backwards(command: Command, valkey: Valkey, give: Command) -> None:
    """An older list changes nothing, and a newer one what is newer."""
    give([entry("a", NEW), entry("b", OLD)])

    found = give([entry("a", OLD), entry("b", NEW)])

    assert found.out == "machines imported: 1; seen at that time or later: 1\n"
    assert exported(command, valkey) == [entry("a", NEW), entry("b", NEW)]


def test_bad_entries_cost_nothing(command: Command, valkey: Valkey, give: Command) -> None:
    """Each is named, the exit code says that there were some, and all others are stored."""
    found = give([entry("a", NEW), entry("a b", NEW), {"name": "mdc1:c", "seen": None}])

    assert found.code == 1
    lines = found.out.splitlines()
    assert lines[0] == "machines imported: 1; seen at that time or later: 0"
    assert lines[1] == "not imported, for they were never seen: mdc1:c"
    assert lines[2].startswith("not imported: entry 2: names no machine (")
    assert exported(command, valkey) == [entry("a", NEW)]


def test_import_as_json(give: Command) -> None:
    """With --json a program reads what was done."""
    found = give([entry("a", NEW), 7], "--json")

    assert found.code == 1
    assert json.loads(found.out) == {
        "imported": 1,
        "seen_later": 0,
        "never_seen": [],
        "problems": ["entry 2: Expected `object`, got `int`: 7"],
    }


def test_what_is_no_list(give: Command) -> None:
    """One sentence on standard error, with an example; nothing is stored."""
    found = give(b"<html>")

    assert found.code == 2
    assert found.err.startswith("blinkenlights: this is not JSON (")


def test_a_terminal_is_no_list(
    command: Command, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever forgets to give a file is told so, and does not wait."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    found = command("import", "machines", "--redis", valkey.url)

    assert found == (
        2,
        "",
        "blinkenlights: nothing comes in; write: blinkenlights import machines < FILE\n",
    )


def test_quarantine(command: Command, valkey: Valkey, give: Command) -> None:
    """A machine is put into it, listed with time and reason, and lifted."""
    give([entry("a", NEW)])
    where = ("--redis", valkey.url)

    put = command("quarantine", "mdc1:a", "--until", "2100-01-01", "--reason", "disk", *where)
    listed = command("quarantine", *where)
    lifted = command("quarantine", "mdc1:a", "--lift", *where)

    assert put == (0, "quarantined: mdc1:a until 2100-01-01 00:00:00Z\n", "")
    head, row = listed.out.splitlines()
    assert head.split() == ["machine", "since", "until", "reason"]
    assert row.split()[::5] == ["mdc1:a", "disk"]
    assert lifted == (0, "lifted: mdc1:a\n", "")
    assert command("quarantine", *where).out == "no machine is in quarantine\n"


def test_a_quarantine_that_is_over_is_not_listed(command: Command, valkey: Valkey) -> None:
    """It alarms nobody any more, and needs nobody to lift it."""
    over = json.dumps({"since": 1000.0, "until": 2000.0, "reason": "disk"})
    valkey.client().hset(keys.QUARANTINE, "mdc1:a", over)

    found = command("quarantine", "--redis", valkey.url)

    assert found.out == "no machine is in quarantine\n"


def test_quarantine_as_json(command: Command, valkey: Valkey) -> None:
    """With --json a program reads who is in quarantine, also of those that were never seen."""
    before = wall_clock()

    put = command("quarantine", "mdc1:a", "--redis", valkey.url, "--json")

    [row] = json.loads(command("quarantine", "--redis", valkey.url, "--json").out)
    assert put.code == 1
    assert json.loads(put.out) == {"quarantined": ["mdc1:a"], "unknown": ["mdc1:a"]}
    assert before - 1 <= row.pop("since") <= wall_clock()
    assert row == {"machine": "mdc1:a", "until": None, "reason": ""}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(
            ["a"], "'a' cannot be a machine; write DATACENTER:MACHINE", id="no-datacenter"
        ),
        pytest.param(["mdc1:a", "--lift", "--until", "3d"], "say nothing about one", id="both"),
        pytest.param(["--lift"], "name a machine, as mdc1:ms-100", id="nobody"),
        pytest.param(["mdc1:a", "--until", "2001-01-01"], "is over already", id="past"),
    ],
)
def test_what_quarantine_refuses(
    command: Command, valkey: Valkey, words: list[str], sentence: str
) -> None:
    """Each refusal says what to write, and nothing is changed."""
    found = command("quarantine", *words, "--redis", valkey.url)

    assert found.code == 2
    assert sentence in found.err
    assert command("quarantine", "--redis", valkey.url).out == "no machine is in quarantine\n"


def test_machines_are_declared_retired_and_forgotten(
    command: Command, valkey: Valkey, give: Command
) -> None:
    """Each says whether anything was known of the machine."""
    where = ("--redis", valkey.url)
    give([entry("a", NEW)])

    expected = command("expect", "--machine", "mdc1:a", "--machine", "mdc1:b", *where)
    retired = command("expect", "--machine", "mdc1:c", "--retired", *where)
    forgotten = command("forget", "--machine", "mdc1:a", "--machine", "mdc1:d", *where)

    assert expected == (0, "expected: machine mdc1:a\nexpected: machine mdc1:b\n", "")
    assert retired == (0, "retired: machine mdc1:c, though nothing was known of it\n", "")
    assert forgotten == (1, "forgotten: machine mdc1:a\nnot known: machine mdc1:d\n", "")
    assert exported(command, valkey) == []


def test_declared_machines_are_listed(command: Command, valkey: Valkey, give: Command) -> None:
    """Beside all others that are declared, with whether they were ever heard."""
    where = ("--redis", valkey.url)
    give([entry("a", NEW)])
    command("expect", "--machine", "mdc1:a", "--machine", "mdc1:b", *where)
    command("expect", "--machine", "mdc1:c", "--retired", *where)

    lines = command("expect", *where).out.splitlines()
    answer = json.loads(command("expect", "--json", *where).out)

    assert [tuple(line.split()[:3]) for line in lines[1:]] == [
        ("machine", "mdc1:a", "expected"),
        ("machine", "mdc1:b", "expected"),
        ("machine", "mdc1:c", "retired"),
    ]
    assert [(each["machine"], each["seen"]) for each in answer["expected"]] == [
        ("mdc1:a", True),
        ("mdc1:b", False),
    ]
    assert [each["machine"] for each in answer["retired"]] == ["mdc1:c"]


@pytest.mark.parametrize("scope", ["--client", "--machine"])
def test_a_dry_run_forgets_nothing(command: Command, valkey: Valkey, scope: str) -> None:
    """It says what would be forgotten."""
    command("expect", scope, "mdc1:a", "--redis", valkey.url)

    found = command("forget", scope, "mdc1:a", "--dry-run", "--redis", valkey.url)

    assert found.out == f"would be forgotten: {scope.removeprefix('--')} mdc1:a\n"
    assert command("forget", scope, "mdc1:a", "--redis", valkey.url).code == 0


def test_machines_are_forgotten_by_globs_and_by_when_they_were_first_seen(
    command: Command, valkey: Valkey, give: Command
) -> None:
    """Of those that match, only the ones that nobody knew before."""
    now = wall_clock()
    ages = {"old": 7200, "new": 60, "other": 60}
    give(
        [
            entry(name, datetime.fromtimestamp(now - age, UTC).isoformat())
            for name, age in ages.items()
        ]
    )

    some = command("forget", "--machine", "*:n*", "--first-seen-since", "1h", "--redis", valkey.url)
    rest = command("forget", "--machine", "mdc1:*", "--redis", valkey.url)

    assert some.out == "forgotten: machine mdc1:new\n"
    assert rest.out == "forgotten: machine mdc1:old\nforgotten: machine mdc1:other\n"
