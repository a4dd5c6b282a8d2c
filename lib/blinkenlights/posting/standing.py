"""How the posting of one prober stands: what fails, since when and why, and what was lost."""

from collections.abc import Callable

import msgspec

from blinkenlights.kinds.endpoint.prober.message import (
    MOST_FAILING,
    FailingOutput,
    OutputsMessage,
)
from blinkenlights.outbox.taken import SEPARATOR, Tries
from blinkenlights.posting import keys
from blinkenlights.store.client import StoreClient

_tries = msgspec.json.Decoder(Tries).decode
ERROR_CHARACTERS = 200


async def standing(
    store: StoreClient, prober: str, outputs: int, target: Callable[[str, str], str]
) -> OutputsMessage:
    """Return how it stands; raises a StoreError.

    Args:
        store: Where the outbox is.
        prober: Whose it is.
        outputs: How many there are.
        target: Gives where an output of an endpoint leads to, without secrets.
    """
    prefix = keys.outbox_of(prober)
    pipe = store.redis.pipeline(transaction=False)
    pipe.hgetall(prefix + "tries")
    pipe.hgetall(prefix + "counters")
    pipe.zcard(prefix + "due")
    tries, counters, waiting = await store.ask(pipe.execute())
    try:
        failing = [(queue.decode(), _tries(text)) for queue, text in tries.items()]
        counts = {name.decode(): int(number) for name, number in counters.items()}
    except (msgspec.MsgspecError, ValueError) as error:
        raise store.not_ours(prefix + "tries", error) from error
    failing.sort(key=lambda one: one[1].since)
    worst = failing[:MOST_FAILING]
    pipe = store.redis.pipeline(transaction=False)
    for queue, _ in worst:
        pipe.llen(f"{prefix}queue:{queue}")
        pipe.hget(prefix + "lost", queue)
    numbers = await store.ask(pipe.execute()) if worst else []
    shown = []
    for place, (queue, one) in enumerate(worst):
        name, endpoint = keys.parts_of(queue.partition(SEPARATOR)[2])
        shown.append(
            FailingOutput(
                endpoint=endpoint,
                output=name,
                to=target(endpoint, name),
                since=one.since,
                times=one.times,
                error=one.error[:ERROR_CHARACTERS],
                waiting=numbers[2 * place],
                lost=int(numbers[2 * place + 1] or 0),
            )
        )
    return OutputsMessage(
        outputs=outputs,
        queued=counts.get("queued", 0),
        sent=counts.get("sent", 0),
        dead=counts.get("dead", 0),
        dropped=counts.get("dropped", 0),
        waiting=waiting,
        failing=len(failing),
        worst=shown,
    )
