"""A prober that is killed between posting and noting."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from alert.conftest import Run
from posting.stage import FILE, Stage, Taker
from servers.heard import served
from servers.valkey import Valkey

TESTS = Path(__file__).parents[1]


def test_what_was_posted_and_not_noted_is_posted_again(valkey: Valkey, run: Run) -> None:
    """Under the same keys, by whoever comes next, and it says that it may be repeated."""
    stage = Stage(valkey)
    taken = "blinkenlights:{endpoint}:posting:p1:taken"

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "posting.mortal", valkey.url, taker.url),
                env=os.environ | {"PYTHONPATH": str(TESTS)},
            )
            assert await process.wait() == -9
            client: Any = valkey.client()
            # Its lease is over, of which nobody here waits for the minute.
            for queue, text in client.hgetall(taken).items():
                client.hset(taken, queue, f"{text.split()[0]} 0.000000 60.000000")
            stage.reads(FILE, taker.url)
            async with stage.posting():
                await stage.until(lambda: stage.count("sent") == 2)
        return taker

    taker = run(scenario())
    assert [body["version"] for body in taker.bodies] == [0, 1, 0, 1]
    keys = [each.headers["idempotency-key"] for each in taker.requests]
    assert keys[:2] == keys[2:]
    repeated = [each.headers.get("blinkenlights-may-be-repeated") for each in taker.requests]
    assert repeated == [None, None, "true", "true"]
