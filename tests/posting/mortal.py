"""A program that posts what is queued, and kills itself when something is posted and not noted.

python -m posting.mortal STORE URL
"""

import asyncio
import os
import signal
import sys
from typing import Any

from blinkenlights.outbox.outbox import Outbox
from posting.stage import FILE, Stage


async def _die(*_arguments: object, **_more: object) -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


async def main(stage: Stage, url: str) -> None:
    """Queue two, and post them."""
    stage.reads(FILE, url)
    Outbox.done = _die  # type: ignore[method-assign]
    async with stage.posting() as posting:
        stage.put(posting, stage.result(0, version=0), stage.result(1, version=1))
        await asyncio.Event().wait()


class _Store:
    """What a stage wants of a store."""

    def __init__(self, url: str) -> None:
        self.url = url


if __name__ == "__main__":
    store: Any = _Store(sys.argv[1])
    asyncio.run(main(Stage(store), sys.argv[2]))
