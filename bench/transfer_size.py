"""Bytes of store for a client's history, for 10,000 clients, and for the id of a message."""

from collections.abc import Iterator

import redis

from blinkenlights.kinds.transfer import keys
from prepared_transfers import fill_day, fill_flows
from progress import say
from table import Limit, Line
from workplace import Workplace

CLIENTS = 10_000
MEASURED = 10
"""Clients whose day is really counted; the others get copies of their histories."""
MINUTES = 1440


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the three lines."""
    say(f"history: a day of {CLIENTS:,} clients")
    store = workplace.store()
    fill_day(store.url, MEASURED)
    with store.client() as client:
        histories = [_usage(client, _history(number)) for number in range(MEASURED)]
        bytes_each = sum(histories) / MEASURED / MINUTES
        # Kept for twenty minutes only, and all of a day would still be there.
        client.delete(*client.keys(keys.IDS + "*"))
        before = client.info("memory")["used_memory"]
        fill_flows(store.url, CLIENTS)
        (ids,) = client.keys(keys.IDS + "*")
        id_bytes = _usage(client, ids) / int(str(client.hlen(ids)))
        client.delete(ids)
        with client.pipeline(transaction=False) as pipe:
            for number in range(MEASURED, CLIENTS):
                pipe.copy(_history(number % MEASURED), _history(number), replace=True)
            pipe.execute()
        added = client.info("memory")["used_memory"] - before
    store.stop()
    yield Line(
        "store for one minute of one client's history",
        f"{bytes_each:.1f} B",
        "",
        bytes_each,
        wanted=Limit(most=40),
    )
    megabytes = added / (CLIENTS - MEASURED) * CLIENTS / 1e6
    yield Line(
        f"store for a day of {CLIENTS:,} clients, busy every minute",
        f"{megabytes:.0f} MB",
        "",
        megabytes,
        wanted=Limit(most=CLIENTS * MINUTES * 40 / 1e6),
    )
    yield Line(
        "store for the id of one message, up to 20 minutes",
        f"{id_bytes:.0f} B",
        "",
        id_bytes,
        wanted=Limit(most=100),
    )


def _history(number: int) -> str:
    return f"{keys.HISTORY}client:client{number}"


def _usage(client: redis.Redis, key: object) -> int:
    return int(str(client.memory_usage(str(key), samples=0)))
