"""Writes batches: the rows of all signals, counters and samples, in one round trip."""

from collections.abc import Sequence
from typing import Any

import msgspec
from redis.exceptions import NoScriptError

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.store import layout
from blinkenlights.store.batch import Batch, Call, Loss, Stored
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

FORGOTTEN_AT_MOST = 3
"""How often in a row a store may have forgotten scripts that it was just given."""

_json = msgspec.json.Encoder().encode


class StoreWriter:
    """The store, for writing batches.

    Args:
        store: The connection.
        clock: The time.
    """

    def __init__(self, store: StoreClient, clock: Clock = wall_clock) -> None:
        self._store = store
        self._clock = clock
        self._loaded: set[str] = set()
        """Digests of scripts that the store was given, and may have forgotten since."""

    async def store(self, batch: Batch) -> Stored:
        """Store a batch in one round trip. Storing it again changes only the counters.

        It takes more of them where rows want something called instead.

        Raises:
            StoreError: It is not known whether all of the batch was stored.
        """
        now = self._clock()
        calls = [(rows, rows.calls(now)) for rows in batch.rows]
        answers = await self._write([call for _, each in calls for call in each], batch)
        lived: list[float] | None = None
        losses: list[Loss] = []
        first = 0
        for rows, each in calls:
            its = answers[first : first + len(each)]
            first += len(each)
            while instead := await rows.instead(its, self._clock()):
                its = await self._write(instead)
            moments = rows.moments(its)
            if moments is not None:
                lived = [*(lived or ()), *moments]
            loss = rows.loss(its)
            if loss is not None:
                losses.append(loss)
        return Stored(lived, losses)

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def _write(self, calls: Sequence[Call], batch: Batch | None = None) -> list[Any]:
        """Return the answers to `calls`, all of which the store has carried out once."""
        await self._load({call.script for call in calls if call.script.digest not in self._loaded})
        answers = await self._execute(calls, batch)
        for _ in range(FORGOTTEN_AT_MOST):
            # The store was restarted or flushed its scripts. All else is written already.
            forgotten = [n for n, each in enumerate(answers) if isinstance(each, NoScriptError)]
            if not forgotten:
                break
            again = [calls[n] for n in forgotten]
            await self._load({call.script for call in again})
            for n, answer in zip(forgotten, await self._execute(again), strict=True):
                answers[n] = answer
        for answer in answers:
            await self._raise_if_failed(answer)
        return answers

    async def _load(self, scripts: set[Script]) -> None:
        for script in scripts:
            await self._store.ask(self._store.redis.script_load(script.text))
            self._loaded.add(script.digest)

    async def _execute(self, calls: Sequence[Call], batch: Batch | None = None) -> list[Any]:
        """Return the answers to `calls`; instead of one there may be the error NOSCRIPT.

        Raises the first other error.
        """
        pipe = self._store.redis.pipeline(transaction=False)
        for script, key, arguments in calls:
            script.queue(pipe, key, *arguments)
        if batch is not None:
            for name, count in batch.counts.items():
                pipe.hincrby(layout.COUNTERS, name, count)
            if batch.samples:
                pipe.lpush(layout.SAMPLES, *map(_json, batch.samples))
                pipe.ltrim(layout.SAMPLES, 0, layout.SAMPLES_KEPT - 1)
        answers: list[Any] = await self._store.ask(pipe.execute(raise_on_error=False))
        for answer in answers:
            if not isinstance(answer, NoScriptError):
                await self._raise_if_failed(answer)
        return answers[: len(calls)]

    async def _raise_if_failed(self, answer: object) -> None:
        if isinstance(answer, Exception):
            raise await self._store.failure(answer) from answer
