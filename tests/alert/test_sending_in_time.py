"""What is told while leases run out, machines sleep and programs end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from alert.changes import begins
from alert.conftest import Run
from alert.noted import Noted
from alert.records import NOON, a_record
from alert.speaking import Speaker, Stage, eventually
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.kinds.alert import keys
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.sending import seconds_since_boot
from blinkenlights.store.client import StoreClient
from servers.valkey import Valkey


def test_what_hangs_for_too_long_is_tried_again_and_may_be_repeated(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        stage.manner = replace(stage.manner, say=0.05)
        stage.speakers["ops"] = ops = Speaker(hangs=True)
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(noted.tries)
        ops.may_answer.set()
        stage.now += 10
        await stage.until(lambda: len(ops.messages) == 2)
        assert ops.messages[1].may_be_repeated

    run(play())


def test_a_channel_with_a_key_is_never_said_to_repeat(stage: Stage, noted: Noted, run: Run) -> None:
    async def play() -> None:
        stage.speakers["ops"] = ops = Speaker(
            CannotSayError("no answer", is_unsure=True), has_key=True
        )
        await stage.hear("ops")
        await stage.queue(begins())
        await stage.until(noted.tries)
        stage.now += 10
        await stage.until(lambda: len(ops.messages) == 2)
        assert not ops.messages[1].may_be_repeated

    run(play())


def test_nothing_is_said_once_the_lease_may_be_over_and_another_one_has_it_at_once(
    stage: Stage, noted: Noted, run: Run
) -> None:
    """Whoever was stopped between taking and telling leaves it to others."""

    async def play() -> None:
        passed = iter([0.0])
        stage.ticks = lambda: next(passed, 31.0)
        [ops] = await stage.hear("ops")
        await stage.queue(begins())
        senders = stage.senders()
        await senders.look()
        await eventually(lambda: not noted.has_any(keys.TAKEN))
        assert ops.messages == []

        stage.ticks = seconds_since_boot
        await stage.until(lambda: ops.messages)
        assert not ops.messages[0].may_be_repeated

    run(play())


def test_what_is_being_said_is_interrupted_when_the_machine_slept_past_its_lease(
    stage: Stage, noted: Noted, run: Run
) -> None:
    """The loop's own clock stands still while the machine sleeps."""

    async def play() -> None:
        stage.ticks = lambda: 0.0
        stage.speakers["ops"] = ops = Speaker(hangs=True)
        await stage.hear("ops")
        await stage.queue(begins())
        senders = stage.senders()
        running = asyncio.create_task(senders.run())
        await eventually(lambda: ops.messages)
        stage.ticks = lambda: 61.0
        await eventually(noted.tries)
        stage.now += 10
        ops.may_answer.set()
        # And those who were interrupted go on.
        stage.ticks = seconds_since_boot
        await eventually(lambda: len(ops.messages) == 2)
        senders.stop()
        await running

    run(play())


def test_at_the_end_what_is_in_hand_is_told_and_nothing_more_is_begun(
    stage: Stage, noted: Noted, run: Run
) -> None:
    async def play() -> None:
        stage.speakers["ops"] = ops = Speaker(hangs=True)
        await stage.hear("ops", "staff")
        await stage.queue(begins())
        senders = stage.senders()
        running = asyncio.create_task(senders.run())
        await eventually(lambda: ops.messages)
        senders.stop()
        await stage.queue(begins(a_record("db1"), to="staff"))
        ops.may_answer.set()
        await running
        assert [row.how for row in noted.history()] == ["told"]
        assert stage.speakers["staff"].messages == []
        assert ops.closed == 1

    run(play())


def test_what_was_told_while_the_store_restarted_is_told_once(
    own_valkey: Callable[..., Valkey], run: Run
) -> None:
    server = own_valkey({"appendonly": "yes", "appendfsync": "always"})

    async def play() -> None:
        client = StoreClient(server.url)
        stage = Stage(EvaluationStore(client), AlertOutbox(client))
        stage.now = NOON + 60
        stage.speakers["ops"] = ops = Speaker(hangs=True)
        await stage.hear("ops")
        await stage.queue(begins())
        senders = stage.senders()
        running = asyncio.create_task(senders.run())
        await eventually(lambda: ops.messages)
        await asyncio.to_thread(server.stop)
        ops.may_answer.set()
        await asyncio.sleep(0)
        await asyncio.to_thread(server.start)
        look = Noted(server)
        await eventually(look.history)
        await stage.queue(begins(a_record("db1")))
        await eventually(lambda: len(ops.messages) == 2)
        senders.stop()
        await running
        await client.close()
        assert [change.thing for change in ops.messages[1].changes] == ["db1"]
        assert not ops.messages[1].may_be_repeated

    run(play())
