"""Many things that begin to fire at once: from what was judged until the last of it is told."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from alert.records import NOON, a_rule, receivers
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.changing import Records, changes_of, follow
from blinkenlights.alert.channels.webhook.bodies import body_of
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.message import Message
from blinkenlights.alert.planning import Situation
from blinkenlights.alert.telling import senders_of
from blinkenlights.kinds.alert.keys import Evaluation
from blinkenlights.outbox.lease import Manner
from blinkenlights.rules.evaluation import Found, Looked
from blinkenlights.rules.files.channel_settings import WebhookSettings
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.receiver import Maintenance, Receiver, Route
from blinkenlights.rules.rule import Dependency
from blinkenlights.rules.thing import Thing
from blinkenlights.store.client import StoreClient
from progress import say
from table import Limit, Line
from workplace import Workplace

SIZES = 20_000, 100_000
RULE = a_rule(unless=(Dependency("down", ("host",)),))
DOWN = replace(a_rule(), name="down")
JUDGED = Judged("critical", "age was 120, limit 90", values={"age": 120})
EVALUATION = Evaluation(NOON, 15.0, "bench", 1, 1, 1, 0.01, [], [])
MAINTENANCE = Maintenance("backup", {"thing": "web*"}, "0 3 * * *", "UTC", 60.0)
LARGEST = 256 * 1024
HOOK = WebhookSettings(url="http://127.0.0.1")


@dataclass
class Took:
    """Seconds, and what was told."""

    plan: float = 0.0
    write: float = 0.0
    tell: float = 0.0
    again: float = 0.0
    messages: int = 0
    largest: int = 0
    """Bytes."""


class Listener:
    """A receiver that takes all, and measures what a webhook would be sent."""

    has_key = True

    def __init__(self, took: Took, size: int) -> None:
        self._took = took
        self._size = size
        self.knows_all = asyncio.Event()

    async def say(self, message: Message) -> Mapping[str, str]:
        """Take it."""
        self._took.messages += 1
        self._took.largest = max(self._took.largest, len(body_of(message, HOOK)))
        if len(message.firing) == self._size:
            self.knows_all.set()
        return {}

    async def close(self) -> None:
        """Have nothing to give up."""


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    for size in SIZES:
        say(f"alert-storm: {size:,} alerts begin at once")
        server = workplace.store()
        took = asyncio.run(_measured(server.url, size))
        whole = took.plan + took.write + took.tell
        yield Line(
            f"{size:,} alerts that begin at once, until the last is told",
            f"{whole:.1f} s: {took.plan:.1f} planned, {took.write:.1f} written,"
            f" {took.tell:.1f} told",
            "",
            1e6 * whole / size,
            wanted=Limit(most=1000),
        )
        yield Line(
            f"{size:,} alerts that still fire, at each evaluation",
            f"{took.again:.1f} s",
            "",
            1e6 * took.again / size,
            wanted=Limit(most=500),
        )
        yield Line(
            "the largest message of a webhook about them",
            f"{took.largest / 1024:.0f} KiB of {took.messages} messages",
            "",
            took.largest,
            wanted=Limit(most=LARGEST),
        )


async def _measured(url: str, size: int) -> Took:
    took = Took()
    client = StoreClient(url)
    store, listener, moment = EvaluationStore(client), Listener(took, size), [NOON]
    epoch = await store.lease("bench", 3600.0)
    await store.remember(list(receivers("ops").values()))
    records: Records = {}

    async def evaluate() -> tuple[float, float]:
        began = time.monotonic()
        made = changes_of(
            records, _collection(), _looked(size, moment[0]), _situation(moment[0]), 45.0
        )
        planned = time.monotonic()
        await store.commit(epoch, made, {}, EVALUATION)
        for change in made:
            follow(records, change)
        return planned - began, time.monotonic() - planned

    took.plan, took.write = await evaluate()
    senders = senders_of(
        AlertOutbox(client),
        lambda receiver: _opened(receiver, listener),
        Manner(give_up=3600.0),
        lambda: moment[0],
    )
    began = time.monotonic()
    running = asyncio.create_task(senders.run())
    moment[0] += 30.0
    await listener.knows_all.wait()
    took.tell = time.monotonic() - began
    senders.stop()
    await running
    took.again = sum(await evaluate())
    await client.close()
    return took


def _opened(receiver: Receiver, listener: Listener) -> Listener:
    del receiver
    return listener


def _situation(now: float) -> Situation:
    collection = _collection()
    return Situation(
        now=now,
        routes=collection.routes,
        receivers=collection.receivers,
        maintenance=collection.maintenance,
    )


def _collection() -> RuleCollection:
    rules = {RULE.name: RULE, DOWN.name: DOWN}
    routes = (Route(tell=("ops",), group_by=()),)
    return RuleCollection(rules, receivers("ops"), routes, (MAINTENANCE,), (), 1)


def _looked(size: int, now: float) -> Looked:
    """Return what was judged: a tenth is hosts that are down, and explain nothing of the others."""
    found = [
        Found(DOWN if number % 10 == 0 else RULE, _thing(number), JUDGED, now)
        for number in range(size)
    ]
    return Looked(found, {}, now, "", size, size)


def _thing(number: int) -> Thing:
    return Thing(
        "component",
        f"web{number}.example.net",
        "silent",
        "CRITICAL",
        "it is silent",
        120.0,
        None,
        {},
        tags={"host": f"web{number}"},
    )
