"""Bytes of store for each component that sends heartbeats of 150 bytes."""

from collections.abc import Iterator

from prepared_store import fill
from progress import say
from table import Limit, Line
from workplace import Workplace

COMPONENTS = 100_000


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    say(f"size: {COMPONENTS:,} components")
    store = workplace.store()
    # The script and the report are there before, so only components make the difference.
    fill(store.url, 0)
    with store.client() as client:
        before = client.info("memory")["used_memory"]
        fill(store.url, COMPONENTS)
        after = client.info("memory")["used_memory"]
    store.stop()
    bytes_each = (after - before) / COMPONENTS
    yield Line(
        f"store for each of {COMPONENTS:,} components",
        f"{bytes_each:.0f} B",
        "",
        bytes_each,
        wanted=Limit(most=600),
    )
