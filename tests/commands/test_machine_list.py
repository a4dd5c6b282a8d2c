"""Lists of machines: which forms are read, and what is said of entries that cannot be used."""

import json

import pytest
from msgspec import to_builtins

from blinkenlights.commands.machine_list import MachineList, Seen, read_machines
from blinkenlights.errors import UsageError
from blinkenlights.kinds.machine.old_listener import listed

NOW = 1_800_000_000.0
SEEN = 1541666870.939514
ISO = "2018-11-08T08:47:50.939514"
MACHINE = "mdc1:t-linux64-ms-100"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            [{"machine": "t-linux64-ms-100", "datacenter": "mdc1", "lastseen": ISO}], id="old"
        ),
        pytest.param([{"name": MACHINE, "seen": SEEN, "state": "alive"}], id="api"),
        pytest.param(
            {"made": NOW, "doubts": [], "items": [{"name": MACHINE, "seen": SEEN}], "next": None},
            id="api-page",
        ),
        pytest.param({MACHINE: ISO}, id="redis-hash"),
        pytest.param([{"name": MACHINE, "lastseen": ISO + "Z"}], id="utc"),
        pytest.param(
            [{"name": MACHINE, "lastseen": "2018-11-08T09:47:50.939514+01:00"}], id="zone"
        ),
    ],
)
def test_forms(value: object) -> None:
    """The old answer, the new one and the old hash say the same."""
    found = read_machines(json.dumps(value).encode(), NOW)

    assert found == MachineList([Seen(MACHINE, SEEN)], [], [])


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        pytest.param(7, "Expected `object`, got `int`: 7", id="number"),
        pytest.param(
            {"datacenter": 1, "machine": "a"},
            'Expected `str`, got `int` - at `$.datacenter`: {"datacenter":1,"machine":"a"}',
            id="type",
        ),
        pytest.param(
            {"machine": "a", "lastseen": ISO},
            "names no machine (datacenter and machine are up to 38 letters, digits, - and _ each): "
            f'{{"machine":"a","lastseen":"{ISO}"}}',
            id="no-datacenter",
        ),
        pytest.param(
            {"name": "mdc1:a:b", "lastseen": ISO},
            "names no machine (datacenter and machine are up to 38 letters, digits, - and _ each): "
            f'{{"name":"mdc1:a:b","lastseen":"{ISO}"}}',
            id="colon",
        ),
        pytest.param(
            {"name": "mdc1:a", "lastseen": "yesterday"},
            "lastseen is no time (2018-11-08T08:47:50.939514 is one): "
            '{"name":"mdc1:a","lastseen":"yesterday"}',
            id="no-time",
        ),
        pytest.param(
            {"name": "mdc1:a", "seen": NOW + 60},
            'its time is in the future: {"name":"mdc1:a","seen":1800000060.0}',
            id="future",
        ),
        pytest.param(
            {"name": "mdc1:a", "seen": -1},
            'its time is before 1970: {"name":"mdc1:a","seen":-1}',
            id="past",
        ),
    ],
)
def test_an_entry_that_cannot_be_used(entry: object, problem: str) -> None:
    """It is told by its number, and costs none of the others."""
    good = {"datacenter": "mdc1", "machine": "good", "lastseen": ISO}

    found = read_machines(json.dumps([good, entry, good]).encode(), NOW)

    assert found.problems == [f"entry 2: {problem}"]
    assert found.seen == [Seen("mdc1:good", SEEN)] * 2


def test_a_page_that_is_not_the_last() -> None:
    """What it has is used, and that there is more is told."""
    page = {"items": [{"name": MACHINE, "seen": SEEN}], "next": "after.mdc1"}

    found = read_machines(json.dumps(page).encode(), NOW)

    assert found.seen == [Seen(MACHINE, SEEN)]
    assert found.problems == ["this is one page of several; import the others, too"]


def test_a_machine_that_was_never_seen() -> None:
    """It has no time to import, which is no mistake."""
    found = read_machines(b'[{"name": "mdc1:a", "seen": null}]', NOW)

    assert found == MachineList([], ["mdc1:a"], [])


@pytest.mark.parametrize("text", [b"", b"[", b"3", b'"a"', b"\xff", b"[" * 100_000])
def test_what_is_no_list(text: bytes) -> None:
    """The error shows an example."""
    with pytest.raises(UsageError, match="write for example"):
        read_machines(text, NOW)


def test_the_form_of_the_old_listener() -> None:
    """Times are UTC without a zone, and have no fraction when that is zero."""
    rows = to_builtins(listed([(MACHINE, SEEN), ("mdc2:a", 1541666870.0)]))

    assert rows == [
        {"datacenter": "mdc1", "machine": "t-linux64-ms-100", "lastseen": ISO},
        {"datacenter": "mdc2", "machine": "a", "lastseen": "2018-11-08T08:47:50"},
    ]
    assert list(rows[0]) == ["datacenter", "machine", "lastseen"]
