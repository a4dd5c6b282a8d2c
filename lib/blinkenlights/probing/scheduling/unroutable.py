"""Messages that no queue took: they are published again, once their queue is made again."""

import asyncio
from collections.abc import Callable, Collection, Sequence

from blinkenlights.outage import Outage
from blinkenlights.probing.scheduling.outgoing import Outgoing

AGAIN_SECONDS = 1.0
MOST_KEPT = 10_000
"""Messages that are kept whose queue somebody deleted; then the oldest go."""


class Unroutable:
    """Keeps what an exchange could route nowhere, and publishes it after a second.

    Args:
        exchange: Its name.
        put: Publishes a message.
    """

    def __init__(self, exchange: str, put: Callable[[Outgoing], None]) -> None:
        self._exchange = exchange
        self._put = put
        self._kept: list[Outgoing] = []
        self._outage = Outage("a queue of the broker", "it is made again, and used then")

    @property
    def messages(self) -> Sequence[Outgoing]:
        """Those that wait to be published again."""
        return self._kept

    def routed(self, published: Collection[Outgoing]) -> None:
        """Note that queues took all of these which need one."""
        if any(each.is_mandatory for each in published):
            self._outage.worked("publish")

    def keep(
        self, published: Collection[Outgoing], returned: Collection[tuple[str, bytes]]
    ) -> None:
        """Keep those that the broker returned, by key and body."""
        keys = sorted({key for key, _ in returned})
        self._outage.failed("publish", f"no queue of {self._exchange} takes {', '.join(keys)}")
        again = set(returned)
        self._kept += [each for each in published if (each.key, each.body) in again]
        del self._kept[:-MOST_KEPT]
        asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._put_again)

    def drop(self) -> None:
        """Publish none of them."""
        self._kept.clear()

    def _put_again(self) -> None:
        some, self._kept = self._kept, []
        for each in some:
            self._put(each)
