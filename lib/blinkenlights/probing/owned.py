"""Which endpoints the store knows by a prober of this name, and where they were met."""

from collections.abc import Collection, Mapping

from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.kinds.endpoint import keys
from blinkenlights.store.client import StoreClient

_SCANNED = 1000


async def owned(store: RetryingStore, prober: str, broken: Collection[str]) -> Mapping[str, str]:
    """Return those whose last result came by a prober, but not those in some files.

    With each goes the address at which it was met then; empty where it was not.

    What stands in a file that cannot be read may be in it still.
    """

    async def read(client: StoreClient) -> dict[str, str]:
        found: dict[str, str] = {}
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
                    found[name.decode()] = details.address
            if not cursor:
                return found

    return await store.patiently(read)
