"""What people do about alerts is kept, is noted for all to see, and counts for its time."""

from collections.abc import Iterator

import pytest

from alert.changes import begins
from alert.conftest import Run
from alert.noted import Noted
from alert.records import NOON
from alert.speaking import Speaker, Stage
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.responses import Responses
from blinkenlights.alert.silence import Acknowledgement
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

    [row] = run(responses.history(10))
    assert (row.how, row.error, row.alerts) == ("dead", "no such channel", ["silent: web1"])
    [letter] = run(responses.dead(10))
    assert [notice.thing for notice in letter.notices] == ["web1"]
