"""A program that evaluates or tells, and once stops itself (SIGSTOP) at a step.

    python -m alert.frozen STORE RECEIVERS STEP

Whatever it does after it was revived, it says in a line on standard output.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping

from alert.changes import begins
from alert.mortals import Fate, Post
from alert.speaking import EVALUATION
from blinkenlights.alert.alert_outbox import AlertOutbox, AlertsTaken
from blinkenlights.alert.evaluation_store import EvaluationStore, LeaseLostError
from blinkenlights.alert.message import Message
from blinkenlights.alert.telling import senders_of
from blinkenlights.clock import wall_clock
from blinkenlights.outbox.lease import Manner
from blinkenlights.store.client import StoreClient

MANNER = Manner(give_up=3600, lease=1.0, say=0.5, pace=0.0)
EVALUATOR_LEASE = 0.5


was_frozen: list[bool] = []


def say(line: str) -> None:
    """Say something to whoever started us."""
    os.write(1, f"{line}\n".encode())


def freeze() -> None:
    """Stop until somebody revives us, once."""
    if was_frozen:
        return
    was_frozen.append(True)
    say("frozen")
    os.kill(os.getpid(), signal.SIGSTOP)
    say("revived")


class FreezingPost(Post):
    """A channel that freezes when it is to say something."""

    async def say(self, message: Message) -> Mapping[str, str]:
        """Freeze, then post."""
        freeze()
        return await super().say(message)


class FreezingOutbox(AlertOutbox):
    """An outbox that freezes when it has taken something."""

    async def take(self, *arguments: object) -> list[AlertsTaken]:
        """Take, then freeze."""
        taken = await super().take(*arguments)  # type: ignore[arg-type]
        if taken:
            freeze()
        return taken


async def main(store: str, receiver: str, step: str) -> None:
    """Do it."""
    client = StoreClient(store)
    if step == "evaluated":
        evaluating = EvaluationStore(client)
        epoch = await evaluating.lease("frozen", EVALUATOR_LEASE)
        freeze()
        try:
            await evaluating.commit(epoch, [begins()], {}, EVALUATION)
        except LeaseLostError:
            say("lease lost")
        await client.close()
        return
    outbox = FreezingOutbox(client) if step == "taken" else AlertOutbox(client)
    channel = Post if step in ("taken", "none") else FreezingPost
    senders = senders_of(
        outbox, lambda to: channel(f"{receiver}/{to.name}", Fate("", 0)), MANNER, wall_clock
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, senders.stop)
    await senders.run()
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
