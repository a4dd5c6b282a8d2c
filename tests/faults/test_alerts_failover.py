"""A store that fails over while somebody is told: it is noted at the new one, and told once."""

import asyncio
from collections.abc import Callable

from alert.changes import begins
from alert.noted import Noted
from alert.records import NOON, a_record
from alert.speaking import Speaker, Stage, eventually
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.kinds.alert import keys
from blinkenlights.store.client import StoreClient
from servers.faulty import FaultyProxy
from servers.valkey import Valkey


def test_what_is_told_while_the_store_fails_over_is_told_once(
    own_valkey: Callable[..., Valkey], faulty_proxy: Callable[[int], FaultyProxy]
) -> None:
    """Connections stay open to the old one, which takes no writes any more."""
    old, new = own_valkey(), own_valkey()
    new.client().replicaof("127.0.0.1", old.port)
    proxy = faulty_proxy(old.port)
    noted = Noted(new)

    async def play() -> list[Speaker]:
        client = StoreClient(proxy.url)
        stage = Stage(EvaluationStore(client), AlertOutbox(client))
        stage.now = NOON + 60
        stage.speakers["ops"] = ops = Speaker(hangs=True)
        await stage.hear("ops", "staff")
        await stage.queue(begins())
        running = stage.senders()
        task = asyncio.create_task(running.run())
        await eventually(lambda: ops.messages and noted.has_any(keys.TAKEN))

        new.client().replicaof("NO", "ONE")
        proxy.redirect(new.port)
        old.client().replicaof("127.0.0.1", new.port)
        ops.may_answer.set()
        await eventually(noted.history)

        await stage.queue(begins(a_record("db1"), to="staff"))
        await eventually(lambda: stage.speakers["staff"].messages)
        running.stop()
        await task
        await client.close()
        return [ops, stage.speakers["staff"]]

    speakers = asyncio.run(play())

    assert [len(each.messages) for each in speakers] == [1, 1]
    assert not noted.has_any(keys.DUE, keys.TAKEN)
