"""A value in the store that is not ours costs itself only: all others are told, and of all else."""

import logging

import pytest

from alert.changes import begins
from alert.conftest import Run
from alert.records import NOON, a_record
from alert.test_outbox import LONG, put, take
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.responses import Responses
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.answer import Limits, answer
from blinkenlights.kinds.alert.read import (
    Damage,
    acknowledgements,
    alerts_of,
    last_told,
    rules_named,
)
from blinkenlights.kinds.alert.telling.survey import COMMANDS, survey
from blinkenlights.plugin.judgement import Wanted
from blinkenlights.store.address import parse_address
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from servers.valkey import Valkey

DAMAGED = ["", "no JSON", "{}", "17", '{"rule": "\\udcff"', "[" * 60_000]
"""What is nothing of ours: also what is nested so deep that no reader follows."""

damages = pytest.mark.parametrize("damage", DAMAGED, ids=lambda text: text[:8] or "empty")


def queue_in(valkey: Valkey) -> str:
    """Return the name of the one queue."""
    [queue] = valkey.client().zrange(keys.DUE, 0, -1)
    return str(queue)


@damages
def test_what_is_queued_behind_something_damaged_is_told(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run, damage: str
) -> None:
    """It would be taken first again and again, and its receiver hears one thing at a time."""
    put(store, run, begins())
    queue = queue_in(valkey)
    other = queue.replace(keys.SEPARATOR, keys.SEPARATOR + "another ")
    valkey.client().lpush(keys.QUEUE + queue, damage)
    valkey.client().rpush(keys.QUEUE + other, damage)
    valkey.client().zadd(keys.DUE, {other: NOON - 60})

    told = [each for _ in range(4) for each in take(outbox, run)]

    assert [notice.thing for each in told for notice in each.entries] == [a_record().thing]
    responses = Responses(StoreClient(valkey.url))
    letters = run(responses.dead())
    run(responses.close())
    assert [each.title for each in letters] == ["1 notice in the store that cannot be read"] * 2
    assert {each.receiver for each in letters} == {"ops"}
    assert not valkey.client().exists(keys.QUEUE + other)


@damages
def test_what_a_receiver_knows_may_be_damaged(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run, damage: str
) -> None:
    """Then it is told as if it knew nothing."""
    put(store, run, begins())
    queue = queue_in(valkey)
    valkey.client().hset(keys.INCIDENTS, queue, damage)
    valkey.client().hset(keys.TRIES, queue, damage)
    valkey.client().hset(keys.TAKEN, mapping={queue: damage[:99], "x": damage[:99]})
    valkey.client().hset(keys.PAUSED, queue.partition(keys.SEPARATOR)[0], damage[:99])

    [taken] = take(outbox, run)

    assert (taken.known, taken.tries, len(taken.entries)) == (None, None, 1)


@damages
def test_the_rest_is_evaluated_where_something_is_damaged(
    store: EvaluationStore, valkey: Valkey, run: Run, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An alert that cannot be read begins anew: rather told twice than never."""
    fine, bad = begins(), begins(a_record("web9"))
    put(store, run, fine)
    valkey.client().hset(keys.RECORDS, bad.alert, damage)
    valkey.client().hset(keys.SILENCES, "damaged", damage)
    valkey.client().hset(keys.ACKNOWLEDGED, "damaged", damage)
    queue = queue_in(valkey)
    valkey.client().rpush(keys.QUEUE + queue, damage)

    with caplog.at_level(logging.ERROR):
        assert [one.thing for one in run(store.records()).values()] == [fine.thing]
        assert run(store.silences()) == []
        assert run(store.acknowledged()) == {}
    assert all("is not ours" in record.message for record in caplog.records)
    assert 0 < len(caplog.records) <= 3

    put(store, run, bad)
    assert {one.thing for one in run(store.records()).values()} == {fine.thing, bad.thing}


def test_a_queue_of_another_type_costs_itself_only(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run
) -> None:
    """Neither who evaluates nor who sends is stopped by it, and it is a dead letter."""
    put(store, run, begins())
    queue = queue_in(valkey)
    other = queue.replace(keys.SEPARATOR, keys.SEPARATOR + "another ")
    for name in (queue, other):
        valkey.client().delete(keys.QUEUE + name)
        valkey.client().set(keys.QUEUE + name, "not ours")
    valkey.client().zadd(keys.DUE, {other: NOON - 60})

    put(store, run, begins(a_record("web9")))
    told = [each for _ in range(4) for each in take(outbox, run)]

    assert [notice.thing for each in told for notice in each.entries] == ["web9"]
    responses = Responses(StoreClient(valkey.url))
    letters = run(responses.dead())
    run(responses.close())
    assert [each.title for each in letters] == ["1 notice in the store that cannot be read"] * 2


@damages
def test_checks_and_the_page_show_the_rest_and_checks_say_what_is_damaged(
    store: EvaluationStore, valkey: Valkey, run: Run, damage: str
) -> None:
    """It may be an alert that fires, so nothing is OK because it cannot be read."""
    fine, bad = begins(), begins(a_record("web9"))
    put(store, run, fine, bad)
    client = valkey.client()
    client.hset(keys.RECORDS, bad.alert, damage)
    client.hset(keys.RULES, "damaged", damage)
    client.hset(keys.ACKNOWLEDGED, "damaged", damage)
    client.lpush(keys.HISTORY, damage)
    for key in (keys.TRIES, keys.CANARY, keys.COUNTERS):
        client.hset(key, "damaged", damage.replace("17", "x"))
    client.lpush(keys.DEAD, damage)

    with StoreReader(parse_address(valkey.url), LONG) as reader:
        found = Damage()
        rules = rules_named(reader, ["damaged"], found) | rules_named(reader, [], found)
        [alert] = alerts_of(reader, ["silent"], found)["silent"]
        assert (rules, alert.thing) == ({}, fine.thing)
        assert len(found.found) == 2
        assert acknowledgements(reader) == {}
        assert last_told(reader, ["x"]) == {}
        telling = survey(reader.ask(*COMMANDS), NOON)
    assert (telling.failing, telling.dead, len(telling.damaged)) == ([], [], 4)
    wanted = Wanted(None, is_filtered=False, verbose=0, json=False)
    said = answer([], [], NOON, Limits(None, None), wanted, taken={}, damaged=list(found.found))
    assert "2 values in the store cannot be read" in said.summary


@damages
def test_what_is_damaged_hides_nothing_from_people(valkey: Valkey, run: Run, damage: str) -> None:
    responses = Responses(StoreClient(valkey.url))
    made = run(responses.silence({"thing": "web*"}, "ann", NOON, NOON + LONG))
    valkey.client().hset(keys.SILENCES, "damaged", damage)
    for key in (keys.HISTORY, keys.DEAD):
        valkey.client().lpush(key, damage)

    assert run(responses.silences(NOON)) == [made]
    assert run(responses.history()) == run(responses.dead()) == []
    run(responses.close())
