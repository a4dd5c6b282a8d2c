"""How the posting of one prober stands: what fails, since when and why, and what was lost."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from blinkenlights.kinds.endpoint.prober.message import (
    MOST_FAILING,
    FailingOutput,
    OutputsMessage,
)
from blinkenlights.outbox.taken import SEPARATOR, Tries
from blinkenlights.posting import keys
from blinkenlights.posting.queueing import Trouble
from blinkenlights.store.client import StoreClient

_tries = msgspec.json.Decoder(Tries).decode
ERROR_CHARACTERS = 200


async def standing(
    store: StoreClient,
    prober: str,
    outputs: int,
    place: Callable[[str, str], str | None],
    *,
    forget: bool = False,
) -> OutputsMessage:
    """Return how it stands; raises a StoreError.

    Args:
        store: Where the outbox is.
        prober: Whose it is.
        outputs: How many there are.
        place: Gives where an output of an endpoint leads to, without secrets; None where no file
            names it.
        forget: Whether what no file names is forgotten, where nothing of it is queued.
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
    if forget:
        unnamed = [queue for queue, _ in failing if place(*_parts(queue)) is None]
        gone = await _forget(store, prefix, unnamed)
        failing = [one for one in failing if one[0] not in gone]
    failing.sort(key=lambda one: one[1].since)
    worst = failing[:MOST_FAILING]
    pipe = store.redis.pipeline(transaction=False)
    for queue, _ in worst:
        pipe.llen(f"{prefix}queue:{queue}")
        pipe.hget(prefix + "lost", queue)
    numbers = await store.ask(pipe.execute()) if worst else []
    shown = []
    for number, (queue, one) in enumerate(worst):
        endpoint, name = _parts(queue)
        shown.append(
            FailingOutput(
                endpoint=endpoint,
                output=name,
                to=place(endpoint, name) or "where no file says any more",
                since=one.since,
                times=one.times,
                error=one.error[:ERROR_CHARACTERS],
                waiting=numbers[2 * number],
                lost=int(numbers[2 * number + 1] or 0),
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


def with_trouble(
    known: OutputsMessage, trouble: Trouble | None, *, waiting: int, dropped: int
) -> OutputsMessage:
    """Return how it stands, with what cannot even be queued.

    Args:
        known: What the store has.
        trouble: Why it takes nothing; None while it does.
        waiting: How many entries wait for it.
        dropped: How many were dropped before they came there.
    """
    if trouble is None:
        return replace(known, dropped=known.dropped + dropped)
    error = trouble.error[:ERROR_CHARACTERS]
    unqueued = FailingOutput(
        "", "", "the store", trouble.since, trouble.times, error, waiting, dropped
    )
    return replace(
        known,
        dropped=known.dropped + dropped,
        failing=known.failing + 1,
        worst=[unqueued, *known.worst][:MOST_FAILING],
    )


async def _forget(store: StoreClient, prefix: str, queues: list[str]) -> set[str]:
    """Forget what went wrong with queues that are empty, and return which."""
    if not queues:
        return set()
    pipe = store.redis.pipeline(transaction=False)
    for queue in queues:
        pipe.llen(f"{prefix}queue:{queue}")
    lengths = await store.ask(pipe.execute())
    gone = {queue for queue, length in zip(queues, lengths, strict=True) if not length}
    if gone:
        pipe = store.redis.pipeline(transaction=False)
        pipe.hdel(prefix + "tries", *gone)
        pipe.hdel(prefix + "lost", *gone)
        await store.ask(pipe.execute())
    return gone


def _parts(queue: str) -> tuple[str, str]:
    """Return the endpoint and the output of a queue."""
    name, endpoint = keys.parts_of(queue.partition(SEPARATOR)[2])
    return endpoint, name
