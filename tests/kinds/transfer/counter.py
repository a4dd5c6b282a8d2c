"""A collector that counts transfers in a real store."""

import asyncio
from typing import Any

from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.sums import Delivery, message_id
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from servers.batches import batch_of, transfer_rows

NOW = 1_795_219_200.0
"""A whole day."""
MINUTE, HOUR, DAY = 60, 3600, 86400


class Counter:
    """Counts deliveries as collectors do, at `now`."""

    def __init__(self, url: str) -> None:
        """Take the store at `url`."""
        self.url = url
        self.now = NOW
        self._number = 0

    def batch(self, *deliveries: Delivery, session: str = "one", elsewhere: bool = False) -> Batch:
        """Return a batch that is the next of its session."""
        self._number += 1
        rows = transfer_rows(
            session, self._number, self.now, deliveries, may_be_elsewhere=lambda: elsewhere
        )
        return batch_of(transfers=rows)

    def store(self, *batches: Batch, url: str = "", timeout: float = 5.0) -> None:
        """Store batches, in their order."""

        async def store() -> None:
            writer = StoreWriter(StoreClient(url or self.url, timeout=timeout))
            try:
                for batch in batches:
                    await writer.store(batch)
            finally:
                await writer.close()

        asyncio.run(store())


def delivery(
    name: str = "a",
    *,
    age: float = 0.0,
    code: int = 201,
    again: bool = False,
    **others: Any,  # noqa: ANN401 - any field
) -> Delivery:
    fields: dict[str, Any] = {"source": "metpx", "client": "alice", "size": 100} | others
    fact = Transfer(
        event=NOW - age, code=code, duration=None, name=name, flow="", message="", **fields
    )
    return Delivery(fact, message_id(name.encode(), "key"), again)
