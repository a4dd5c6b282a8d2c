"""What people do about alerts is kept, is noted for all to see, and counts for its time."""

from collections.abc import Iterator

import pytest
from msgspec import json, structs

from alert.changes import begins
from alert.conftest import Run
from alert.noted import Noted
from alert.records import NOON, a_record
from alert.speaking import Speaker, Stage
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.responses import Responses
from blinkenlights.alert.silence import Acknowledgement
from blinkenlights.kinds.alert import keys
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.store.address import parse_address
from blinkenlights.store.annotations import annotations
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from servers.valkey import Valkey


@pytest.fixture
def responses(valkey: Valkey, run: Run) -> Iterator[Responses]:
    """Give what people do, in the same store."""
    made = Responses(StoreClient(valkey.url))
    yield made
    run(made.close())


def noted(valkey: Valkey) -> list[tuple[str, str]]:
    """Return what was annotated, and by whom, the latest first."""
    with StoreReader(parse_address(valkey.url), 5.0) as reader:
        return [(one.text, one.by) for one in annotations(reader)]


def test_an_acknowledgement_is_kept_for_the_evaluator(
    store: EvaluationStore, responses: Responses, valkey: Valkey, run: Run
) -> None:
    run(responses.acknowledge("e1", "silent: web1", "ann", NOON, until=NOON + 60, reason="reboot"))

    assert run(store.acknowledged()) == {
        "e1": Acknowledgement(by="ann", at=NOON, until=NOON + 60, reason="reboot")
    }
    assert noted(valkey) == [("acknowledged silent: web1: reboot", "ann")]


def test_a_silence_is_kept_until_it_is_over(
    store: EvaluationStore, responses: Responses, valkey: Valkey, run: Run
) -> None:
    long = run(responses.silence({"thing": "web*"}, "ann", NOON, NOON + 600, "upgrade"))
    short = run(responses.silence({"rule": "slow"}, "bob", NOON, NOON + 60))

    assert run(responses.silences(NOON)) == [short, long]
    assert run(responses.silences(NOON + 60)) == [long]
    assert run(store.silences()) == [long]
    assert noted(valkey) == [
        ("silenced rule=slow", "bob"),
        ("silenced thing=web*: upgrade", "ann"),
    ]


def test_a_silence_is_a_mark_of_the_things_only_that_it_matches(
    responses: Responses, valkey: Valkey, run: Run
) -> None:
    """By kind, glob and tag; by its rule, those that have an alert of it at that time."""
    record = structs.replace(a_record("web1.load", "slow"), subject="metric")
    alert = keys.alert_of(record.rule, record.thing)
    valkey.client().hset(keys.RECORDS, alert, json.encode(record))

    async def play() -> None:
        await responses.silence({"subject": "endpoint", "thing": "web*"}, "a", NOON, NOON + 9)
        await responses.silence({"thing": "web*", "host": "h1"}, "b", NOON, NOON + 9)
        await responses.silence({"rule": "slow"}, "c", NOON, NOON + 9)
        await responses.acknowledge("e1", "slow: web1.load", "d", NOON)

    run(play())
    with StoreReader(parse_address(valkey.url), 5.0) as reader:
        found = annotations(reader)

    def marked(subject: str, name: str, **tags: str) -> str:
        return "".join(sorted(each.by for each in found if each.is_about(subject, name, tags)))

    assert marked("metric", "web1.load") == "cd"
    assert marked("metric", "web1.load", host="h1") == "bcd"
    assert marked("metric", "web2.load", host="h2") == ""
    assert marked("endpoint", "web2") == "a"
    assert marked("metric", "db.load", host="h1") == ""


def test_a_silence_can_be_taken_back_once(responses: Responses, valkey: Valkey, run: Run) -> None:
    made = run(responses.silence({"thing": "web*"}, "ann", NOON, NOON + 600))

    assert run(responses.unsilence(made.id, "bob", NOON + 1)) == made
    assert run(responses.unsilence(made.id, "bob", NOON + 1)) is None
    assert run(responses.silences(NOON + 1)) == []
    assert noted(valkey)[0] == ("silenced no more thing=web*", "bob")


@pytest.mark.parametrize(("match", "end"), [({}, NOON + 60), ({"rule": "slow"}, NOON)])
def test_a_silence_of_everything_or_of_no_time_is_refused(
    responses: Responses, valkey: Valkey, run: Run, match: dict[str, str], end: float
) -> None:
    with pytest.raises(ValueError, match="a silence has to"):
        run(responses.silence(match, "ann", NOON, end))

    assert noted(valkey) == []


def test_who_was_told_what_and_who_was_not_can_be_looked_up(
    store: EvaluationStore, outbox: AlertOutbox, responses: Responses, valkey: Valkey, run: Run
) -> None:
    async def play() -> None:
        stage = Stage(store, outbox)
        stage.now = NOON + 60
        stage.speakers["ops"] = Speaker(CannotSayError("no such channel", is_final=True))
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(Noted(valkey).letters)

    run(play())

    [row] = run(responses.history())
    assert (row.how, row.error, row.alerts) == ("dead", "no such channel", ["silent: web1"])
    [letter] = run(responses.dead())
    assert [notice.thing for notice in letter.notices] == ["web1"]
