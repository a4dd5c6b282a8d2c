"""Which endpoints the store knows by a prober of this name."""

from collections.abc import Collection

from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.kinds.endpoint import keys
from blinkenlights.store.client import StoreClient

_SCANNED = 1000


async def owned(store: RetryingStore, prober: str, broken: Collection[str]) -> set[str]:
    """Return those whose last result came by a prober, but not those in some files.

    What stands in a file that cannot be read may be in it still.
    """

    async def read(client: StoreClient) -> set[str]:
        found: set[str] = set()
        cursor = 0
        while True:
            cursor, fields = await client.ask(
                client.redis.hscan(keys.DETAILS, cursor, count=_SCANNED)
            )
            for name, text in fields.items():
                try:
                    details = keys.parse_details(text.decode())
                except ValueError:
                    continue
                if details.prober == prober and details.file not in broken:
                    found.add(name.decode())
            if not cursor:
                return found

    return await store.patiently(read)
