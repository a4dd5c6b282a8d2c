"""A program whose processes evaluate and tell, and are killed at any step.

    python -m alert.mortals STORE RECEIVERS KILLS AT_ONCE SEED

What is bad is in the store, in the set BAD. Each process is a fork of this one, takes part until it
kills itself (-9) at a step or at a random moment, and writes at which to standard output. After so
many kills one is left that lives until SIGTERM.
"""

import asyncio
import ctypes
import os
import random
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress

import aiohttp

from alert.records import a_rule, receivers
from blinkenlights.alert.alert_outbox import AlertOutbox, AlertsTaken
from blinkenlights.alert.evaluation_store import Change, EvaluationStore, LeaseLostError
from blinkenlights.alert.message import Message
from blinkenlights.alert.planning import Situation, plan_end, plan_firing
from blinkenlights.alert.record import Record
from blinkenlights.alert.telling import senders_of
from blinkenlights.clock import wall_clock
from blinkenlights.errors import StoreError
from blinkenlights.kinds.alert.keys import Evaluation
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.lease import Manner
from blinkenlights.rules.receiver import Receiver, Route
from blinkenlights.rules.track import Track
from blinkenlights.store.client import StoreClient

PR_SET_PDEATHSIG = 1
BAD = "test:bad"
"""SET of things that are bad now."""
STEPS = ("evaluated", "committed", "taken", "saying", "said", "noted", "sooner or later")
LONGEST_LIFE = 4.0
"""Seconds after which one dies that never came to its step."""
SHORT_LIFE = 1.5
EVERY = 0.02
EVALUATOR_LEASE = 0.25
MANNER = Manner(give_up=3600, lease=0.8, say=0.4, pace=0.0)
NAMES = ("ops", "staff", "boss")


class Fate:
    """When a process dies.

    Args:
        step: Where.
        after: How often it passes there before.
    """

    def __init__(self, step: str, after: int) -> None:
        self._step = step
        self._left = after

    def passes(self, step: str) -> None:
        """Die here, or go on."""
        if step == self._step:
            if not self._left:
                die(step)
            self._left -= 1


def die(step: str) -> None:
    """End as a crash would."""
    os.write(1, f"{step}\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)


class Post:
    """A channel that posts what it says, with no key."""

    has_key = False

    def __init__(self, url: str, fate: Fate) -> None:
        self._url = url
        self._fate = fate
        self._session = aiohttp.ClientSession()

    async def say(self, message: Message) -> Mapping[str, str]:
        """Post it."""
        self._fate.passes("saying")
        changes = [[each.id, each.episode, each.what, each.thing] for each in message.changes]
        body = {
            "receiver": message.receiver,
            "is_repeated": message.may_be_repeated,
            "changes": changes,
        }
        try:
            async with self._session.post(self._url, json=body) as response:
                await response.read()
        except aiohttp.ClientError as error:
            raise CannotSayError(type(error).__name__, is_unsure=True) from error
        self._fate.passes("said")
        return {}

    async def close(self) -> None:
        """Close its connections."""
        await self._session.close()


class MortalOutbox(AlertOutbox):
    """An outbox at whose steps a process may die."""

    fate: Fate

    async def take(self, *arguments: object) -> list[AlertsTaken]:
        """Take, and perhaps die."""
        taken = await super().take(*arguments)  # type: ignore[arg-type]
        if taken:
            self.fate.passes("taken")
        return taken

    async def done(self, *arguments: object, **named: object) -> bool:
        """Note, and perhaps die."""
        is_ours = await super().done(*arguments, **named)  # type: ignore[arg-type]
        self.fate.passes("noted")
        return is_ours


class Evaluating:
    """Makes alerts of what is bad, as long as it has the lease."""

    def __init__(self, client: StoreClient, fate: Fate) -> None:
        self._client = client
        self._store = EvaluationStore(client)
        self._fate = fate
        self._name = f"mortal {os.getpid()}"

    async def run(self) -> None:
        """Evaluate until cancelled."""
        while True:
            with suppress(StoreError, LeaseLostError):
                epoch = await self._store.lease(self._name, EVALUATOR_LEASE)
                if epoch:
                    await self._evaluate(epoch)
            await asyncio.sleep(EVERY)

    async def _evaluate(self, epoch: int) -> None:
        known = receivers(*NAMES)
        await self._store.remember(list(known.values()))
        records = await self._store.records()
        now = wall_clock()
        bad = {name.decode() for name in await self._client.ask(self._client.redis.smembers(BAD))}
        route = Route(tell=NAMES, gather=0.0, group_by=("rule",))
        situation = Situation(now=now, routes=[route], receivers=known)
        changes = [
            Change(one.rule, one.thing, one, None, plan_end(one, "resolved", "", situation))
            for one in records.values()
            if one.thing not in bad
        ]
        for thing in sorted(bad - {one.thing for one in records.values()}):
            planned = plan_firing(_firing(thing, now), a_rule(), situation)
            changes.append(
                Change(planned.record.rule, thing, None, planned.record, planned.outgoing)
            )
        self._fate.passes("evaluated")
        if changes:
            evaluation = Evaluation(now, EVERY, self._name, 1, 1, 1, 0.0, [], [])
            await self._store.commit(epoch, changes, {}, evaluation)
            self._fate.passes("committed")


def _firing(thing: str, now: float) -> Record:
    # A burst is of several rules, so that a receiver has several queues.
    rule = f"rule {sum(thing.encode()) % 3}"
    track = Track(level="critical", since=now, looked=now, why="age was 120, limit 90", fired=now)
    return Record(rule=rule, subject="component", thing=thing, track=track)


async def live(store: str, receiver: str, fate: Fate) -> None:
    """Evaluate and tell until SIGTERM."""
    client = StoreClient(store)
    outbox = MortalOutbox(client)
    outbox.fate = fate

    def open_channel(to: Receiver) -> Post:
        return Post(f"{receiver}/{to.name}", fate)

    senders = senders_of(outbox, open_channel, MANNER, wall_clock)
    evaluating = asyncio.create_task(Evaluating(client, fate).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, senders.stop)
    await senders.run()
    evaluating.cancel()
    await asyncio.gather(evaluating, return_exceptions=True)
    await client.close()


def born(store: str, receiver: str, chance: random.Random | None) -> int:
    """Start one process; without chance it is immortal. Returns its process id."""
    step = chance.choice(STEPS) if chance else ""
    after = chance.choice((0, 0, 1, 3)) if chance else 0
    at_any_moment = step == STEPS[-1]
    seconds = chance.uniform(0.1, SHORT_LIFE) if chance and at_any_moment else LONGEST_LIFE
    pid = os.fork()
    if pid:
        return pid
    # None is left when the one before is killed.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    async def until_dead() -> None:
        loop = asyncio.get_running_loop()
        if chance:
            loop.call_later(seconds, die, STEPS[-1])
        else:
            loop.call_soon(os.write, 1, b"immortal\n")
        await live(store, receiver, Fate(step, after))

    code = 1
    try:
        asyncio.run(until_dead())
        code = 0
    finally:
        os._exit(code)


def main(store: str, receiver: str, kills: str, at_once: str, seed: str) -> None:
    """Let so many die, and one live."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    alive = set[int]()
    born_so_far = 0
    while born_so_far < int(kills) or alive:
        while born_so_far < int(kills) and len(alive) < int(at_once):
            alive.add(born(store, receiver, chance))
            born_so_far += 1
        pid, status = os.wait()
        alive.discard(pid)
        if not os.WIFSIGNALED(status):
            sys.exit(f"a process ended by itself: {status}")
    last = born(store, receiver, None)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(last, signal.SIGTERM))
    _, status = os.waitpid(last, 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
