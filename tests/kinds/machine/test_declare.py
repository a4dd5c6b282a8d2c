"""Machines that are expected, retired, forgotten, imported and in quarantine."""

from typing import Any

import pytest

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.declared_store import Declared
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.fact import MachineEvent
from servers.batches import MachineRow
from servers.machines import NAME, NOW, OTHER_POOL, POOL, Told
from servers.valkey import Valkey

OTHER = "mdc2:ms-200"


def test_an_expected_machine_is_awaited(told: Told) -> None:
    """Declared and never seen: it waits until it does something."""
    told.run(told.store.expect(NAME, NOW - 50))
    awaited = told.sets().awaited
    told.completed(age=10)

    assert awaited == {NAME: NOW - 50}
    assert told.keys() == {"expected", "facts", f"seen:{POOL}"}


def test_being_told_of_is_not_being_seen(told: Told) -> None:
    """An expected machine whose claim expired before it was ever seen waits on, and is lost."""
    told.run(told.store.expect(NAME, NOW - 50))
    told.silent(age=10)

    assert told.sets().awaited == {NAME: NOW - 50}
    assert told.sets().lost == {NAME: NOW - 10}


def test_expecting_what_is_known(told: Told) -> None:
    """A machine that was seen is not awaited; expecting it again changes nothing."""
    told.completed(age=10)
    for _ in range(2):
        told.run(told.store.expect(NAME, NOW))

    assert told.keys() == {"expected", "facts", f"seen:{POOL}"}


def test_the_waiting_began_with_the_first_declaration(told: Told) -> None:
    """Declaring a machine again, as with each start of a collector, does not begin it anew."""
    told.run(told.store.expect(NAME, NOW - 500))
    told.run(told.store.expect(NAME, NOW))

    assert told.sets().awaited == {NAME: NOW - 500}


def test_expected_machines_are_listed(told: Told) -> None:
    """By name, with when they were declared and whether they were ever seen."""
    told.run(told.store.expect(OTHER, NOW - 50))
    told.run(told.store.expect(NAME, NOW - 60))
    told.completed(age=10)

    assert told.run(told.store.expected()) == [
        Declared(NAME, NOW - 60, seen=True),
        Declared(OTHER, NOW - 50, seen=False),
    ]


def test_a_retired_machine_keeps_its_facts(told: Told) -> None:
    """It alarms nobody, whatever is told of it, and what it does is still kept."""
    told.run(told.store.expect(NAME, NOW - 500))
    told.completed(age=400)
    told.failed(age=300)
    told.silent(age=200)

    assert told.run(told.store.retire(NAME, NOW))

    assert told.keys() == {"facts", "retired"}
    told.failed(age=50, pool=OTHER_POOL)
    told.silent(age=40)
    assert told.keys() == {"facts", "retired"}
    assert told.facts().seen == NOW - 50
    assert told.run(told.store.retired()) == {NAME: NOW}


def test_retiring_what_nobody_knows(told: Told) -> None:
    """It says so, and is retired all the same; a machine that was only expected is known."""
    told.run(told.store.expect(OTHER, NOW))

    assert not told.run(told.store.retire(NAME, NOW))
    assert told.run(told.store.retire(OTHER, NOW))
    assert told.keys() == told.keys(OTHER) == {"retired"}


def test_expecting_takes_back_a_retirement(told: Told) -> None:
    """What it did before and meanwhile counts again."""
    told.completed(age=400)
    told.run(told.store.retire(NAME, NOW))
    told.failed(age=300)
    told.failed(age=250, pool=OTHER_POOL)
    told.silent(age=200, pool=OTHER_POOL)

    told.run(told.store.expect(NAME, NOW))

    assert told.sets() == ({OTHER_POOL: {NAME: NOW - 250}}, {NAME: 3}, {NAME: NOW - 200}, {})
    assert told.run(told.store.retired()) == {}


def test_expecting_a_worker_that_was_taken_away(told: Told) -> None:
    """From then on its silence counts."""
    told.completed(age=400)
    told.worker("worker removed", age=300)

    told.run(told.store.expect(NAME, NOW))

    assert told.sets().seen == {POOL: {NAME: NOW - 400}}


@pytest.mark.parametrize("is_retired", [False, True])
def test_forgetting(told: Told, is_retired: bool) -> None:
    """Nothing that was ever known of it remains; what comes then is of a new machine."""
    told.run(told.store.expect(NAME, NOW - 500))
    told.failed(age=300)
    told.silent(age=200)
    told.run(told.store.quarantine(NAME, NOW, None, ""))
    if is_retired:
        told.run(told.store.retire(NAME, NOW))

    assert told.run(told.store.forget([NAME])) == [True]

    assert told.keys() == set()
    assert told.run(told.store.forget([NAME])) == [False]
    told.completed(age=10)
    assert told.keys() == {"facts", f"seen:{POOL}"}
    assert told.facts().first == NOW - 10


def test_forgetting_what_was_never_seen(told: Told) -> None:
    """A machine that was only expected, or only in quarantine, is known, too."""
    told.run(told.store.expect(NAME, NOW))
    told.run(told.store.quarantine(OTHER, NOW, None, ""))

    assert told.run(told.store.forget([NAME])) == [True]
    assert told.run(told.store.forget([OTHER])) == [True]
    assert told.keys() == told.keys(OTHER) == set()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="list"),
        pytest.param("7", id="number"),
        pytest.param('{"seen": 5, "lost": 0, "pool": ""}', id="no-outcomes"),
        pytest.param('{"seen": 5, "lost": 0, "outcomes": []}', id="no-pool"),
        pytest.param('{"seen": "x", "lost": 0, "pool": "", "outcomes": []}', id="no-time"),
    ],
)
def test_facts_that_cannot_be_read(told: Told, valkey: Valkey, text: str) -> None:
    """Expecting says which key it is and changes nothing; forgetting is the way out."""
    valkey.client().hset(keys.FACTS, NAME, text)

    with pytest.raises(StoreAnswer, match=r"blinkenlights:\{machine\}:facts holds something that"):
        told.run(told.store.expect(NAME, NOW))

    assert told.keys() == {"facts"}
    assert told.run(told.store.forget([NAME])) == [True]
    assert told.keys() == set()


def test_an_import(told: Told) -> None:
    """What another listener knew is known; no time moves back, and again it changes nothing."""
    told.completed(age=100)
    told.run(told.store.expect(OTHER, NOW - 500))
    list_of_old = [(NAME, NOW - 200), (OTHER, NOW - 300.25)]

    newer = told.run(told.store.import_seen(list_of_old))

    before = told.contents()
    assert newer == 1
    assert told.facts().seen == NOW - 100
    assert told.facts().first == NOW - 200
    assert told.sets().seen == {"": {OTHER: NOW - 300.25}, POOL: {NAME: NOW - 100}}
    assert told.sets().awaited == {}
    assert told.run(told.store.import_seen(list_of_old)) == 0
    assert told.contents() == before
    assert told.run(told.store.last_seen()) == {NAME: NOW - 100, OTHER: NOW - 300.25}


def test_microseconds_of_an_import(told: Told) -> None:
    """They stay when the machine is declared, retired, declared again, and told of once more."""
    moment = NOW - 200.060486
    told.run(told.store.import_seen([(NAME, moment)]))
    for work in (told.store.expect, told.store.retire, told.store.expect):
        told.run(work(NAME, NOW))
    told.silent(age=300)

    assert told.facts().seen == told.facts().first == moment
    assert told.sets().seen == {POOL: {NAME: moment}}
    assert told.run(told.store.last_seen()) == {NAME: moment}
    assert told.run(told.store.import_seen([(NAME, moment)])) == 0


def test_a_large_import(told: Told) -> None:
    """As many as there are; each counts once."""
    many = [(f"mdc1:ms-{number}", NOW - number) for number in range(2500)]

    assert told.run(told.store.import_seen(many)) == 2500
    assert told.run(told.store.last_seen()) == dict(many)


def test_last_seen_of_the_retired_and_the_never_seen(told: Told) -> None:
    """Who is retired was seen; who was only told of was not."""
    told.completed(age=100)
    told.run(told.store.retire(NAME, NOW))
    told.silent(age=10, machine=OTHER)

    assert told.run(told.store.last_seen()) == {NAME: NOW - 100}


def test_quarantine(told: Told) -> None:
    """It is kept with its reason until somebody lifts it, whatever is told meanwhile."""
    told.completed(age=100)

    assert told.run(told.store.quarantine(NAME, NOW, NOW + 60, "disk"))
    assert not told.run(told.store.quarantine(OTHER, NOW, None, ""))
    told.failed(age=10)
    told.worker("worker removed")

    assert told.run(told.store.quarantined()) == [
        keys.Quarantine(NAME, NOW, NOW + 60, "disk"),
        keys.Quarantine(OTHER, NOW, None, ""),
    ]
    assert told.run(told.store.lift_quarantine(NAME))
    assert not told.run(told.store.lift_quarantine(NAME))
    assert told.run(told.store.quarantined()) == [keys.Quarantine(OTHER, NOW, None, "")]


def test_a_machine_that_is_expected_is_known_to_a_quarantine(told: Told) -> None:
    """Whoever replaces a machine may put it aside before it ever spoke."""
    told.run(told.store.expect(NAME, NOW))

    assert told.run(told.store.quarantine(NAME, NOW, None, ""))


@pytest.mark.parametrize(
    ("key", "value", "ask"),
    [
        pytest.param(keys.FACTS, "{}", "last_seen", id="facts"),
        pytest.param(keys.FACTS, b"\xff", "last_seen", id="facts-bytes"),
        pytest.param(keys.EXPECTED, "soon", "expected", id="expected"),
        pytest.param(keys.QUARANTINE, "{}", "quarantined", id="quarantine"),
        pytest.param(keys.QUARANTINE, "no", "quarantined", id="quarantine-text"),
    ],
)
def test_values_of_others(
    told: Told, valkey: Valkey, key: str, value: str | bytes, ask: str
) -> None:
    """What is not ours is said with its key."""
    valkey.client().hset(key, NAME, value)

    with pytest.raises(StoreAnswer) as caught:
        told.run(getattr(told.store, ask)())

    assert f"{key} holds something that is not ours" in str(caught.value)


def test_names_of_others(told: Told, valkey: Valkey) -> None:
    """A name that is no text is not ours, either."""
    client: Any = valkey.client()
    client.zadd(keys.RETIRED, {b"\xff": 1})

    with pytest.raises(StoreAnswer, match="retired holds something that is not ours"):
        told.run(told.store.retired())


def test_an_event_of_a_machine_that_is_only_expected_elsewhere(told: Told) -> None:
    """Whoever is unknown to the inventory is heard like everybody else."""
    told.run(told.store.expect(OTHER, NOW))
    told.tell(MachineRow(MachineEvent(NOW, NAME, POOL, is_alive=True, what="seen"), NOW, "s"))

    assert told.keys() == {"facts", f"seen:{POOL}"}
