"""Facts of machines that are spoilt, or of an older version."""

import pytest

from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.keys import Run
from servers.machines import NAME, NOW, Told
from servers.valkey import Valkey


def test_facts_of_a_version_without_runs(told: Told, valkey: Valkey) -> None:
    """They are read as they are, and nothing of them is lost when the next message comes."""
    told.failed(age=400)
    told.tell(told.task("running", age=300, lasted=0, task="A/0"))
    without = (
        'local f = cjson.decode(redis.call("HGET", KEYS[1], ARGV[1])) f.runs = nil '
        'redis.call("HSET", KEYS[1], ARGV[1], cjson.encode(f))'
    )
    valkey.client().eval(without, 1, keys.FACTS, NAME)

    old = told.facts()
    told.silent(age=50, lasted=500, task="0/0")

    assert old.open_runs == told.facts().open_runs == (Run(NOW - 300, "A/0"),)
    assert len(told.facts().outcomes) == 2
    assert told.sets().lost == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("of another version", id="text"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="list"),
        pytest.param('{"seen": 5}', id="too-little"),
        pytest.param("\xff", id="bytes"),
    ],
)
def test_facts_that_cannot_be_read(told: Told, valkey: Valkey, text: str) -> None:
    """The next message takes the place of what another version or a hand left there."""
    valkey.client().hset(keys.FACTS, NAME, text)

    told.failed(age=10)

    assert told.facts().seen == NOW - 10
    assert told.sets().failing == {NAME: 1}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("outcomes", "[1]", id="outcomes"),
        pytest.param("outcomes", '[["x", 1, {}]]', id="an-outcome"),
        pytest.param("last", "[]", id="last"),
        pytest.param("last", '"x"', id="last-a-text"),
        pytest.param("hit", "7", id="hit"),
        pytest.param("pool", "null", id="pool"),
        pytest.param("left", '"x"', id="left"),
        pytest.param("ahead", "null", id="ahead"),
        pytest.param("runs", "[1]", id="runs"),
        pytest.param("runs", '[["x", 1, {}]]', id="a-run"),
        pytest.param("runs", '"x"', id="runs-a-text"),
    ],
)
def test_facts_that_are_partly_spoilt(told: Told, valkey: Valkey, field: str, value: str) -> None:
    """They give way, too; one machine stops no batch."""
    told.completed(age=100)
    spoilt = (
        'local f = cjson.decode(redis.call("HGET", KEYS[1], ARGV[1])) '
        "f[ARGV[2]] = cjson.decode('[' .. ARGV[3] .. ']')[1] "
        'redis.call("HSET", KEYS[1], ARGV[1], cjson.encode(f))'
    )
    valkey.client().eval(spoilt, 1, keys.FACTS, NAME, field, value)

    told.tell(
        told.task("exception", reason="claim-expired", age=10, lasted=5, machine="mdc1:b"),
        told.task("exception", reason="claim-expired", age=10, lasted=5),
    )

    assert told.facts().lost == NOW - 10
    assert told.facts("mdc1:b").lost == NOW - 10
