"""Memory of the collector after many messages, against that after a tenth of them."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from collecting import collecting, has_stored
from fleet import backlog
from progress import say, step
from servers.waiting import wait_until
from table import Limit, Line
from waiting_queue import waiting_queue
from workplace import Workplace

FEW, MANY = 100_000, 1_000_000
COMPONENTS = 10_000
PORTION = 25_000
"""Messages published at once."""
MOST_WAITING = 50_000
SECONDS = 120.0


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    store = workplace.store()
    program = workplace.programs / "blinkenlights"
    say(f"memory: {MANY:,} messages through the collector")
    resident: dict[int, int] = {}
    with (
        store.client() as client,
        waiting_queue(workplace.broker.url) as queue,
        collecting(program, workplace.broker.url, store) as collector,
    ):
        bodies = backlog(MANY, COMPONENTS)
        published = 0
        for goal in (FEW, MANY):
            while published < goal:
                queue.publish(islice(bodies, PORTION))
                published += PORTION
                wait_until(lambda: queue.waiting() < MOST_WAITING, "the collector", SECONDS)
                step("memory, published", published, MANY)
            wait_until(partial(has_stored, client, goal), "the last of them", SECONDS)
            resident[goal] = _resident_bytes(collector.pid)
    yield Line(
        f"collector's memory, {MANY:,} messages",
        f"{resident[MANY] / 2**20:.1f} MiB",
        f"{resident[FEW] / 2**20:.1f} MiB after {FEW:,}",
        resident[MANY] / resident[FEW],
        wanted=Limit(most=1.1),
    )


def _resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return int(value.split()[0]) * 1024
    raise RuntimeError(f"the kernel does not say how much memory process {pid} occupies")
