"""Seconds from publishing a heartbeat until a check would see it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from collecting import EXCHANGE, KEY, collecting
from fleet import MINUTE
from progress import say, step
from servers.valkey import Valkey
from table import Limit, Line
from waiting_queue import QUEUE
from workplace import Workplace

PER_SECOND = 2_000
MESSAGES = 30_000
COMPONENTS = 10_000
"""So many that each is seen before its next heartbeat, five seconds later."""
SECONDS = 60.0
LOOK_SECONDS = 0.002
PUBLISHER = Path(__file__).with_name("publisher.py")


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    broker, store = workplace.broker, workplace.store()
    program = workplace.programs / "blinkenlights"
    with collecting(program, broker.url, store):
        broker.wait_for_consumer(QUEUE)
        say(f"delay: {MESSAGES:,} messages at {PER_SECOND:,}/s")
        numbers = (str(number) for number in (MESSAGES, PER_SECOND, COMPONENTS))
        publisher = subprocess.Popen(
            [sys.executable, PUBLISHER, broker.url, EXCHANGE, KEY, *numbers]
        )
        try:
            delays = _watch(store)
        finally:
            publisher.kill()
            publisher.wait()
    p99 = quantiles(delays, n=100)[98]
    yield Line(
        f"from published to visible, p99 at {PER_SECOND:,}/s",
        f"{1000 * p99:.0f} ms (median {1000 * median(delays):.0f} ms)",
        "",
        1000 * p99,
        wanted=Limit(most=250),
    )


def _watch(store: Valkey) -> list[float]:
    """Return the age of every heartbeat at the moment when it was first seen in the store.

    Asked as a check asks, for the members of the set by their time; that time is when the
    heartbeat was published, to the millisecond.
    """
    delays: dict[tuple[str, str], float] = {}
    newest = "-inf"
    seen = f"{keys.SEEN_BY_INTERVAL}{MINUTE}"
    deadline = time.monotonic() + SECONDS
    with StoreReader(parse_address(store.url), timeout=5.0) as reader:
        while len(delays) < MESSAGES:
            if time.monotonic() > deadline:
                raise TimeoutError(f"saw {len(delays)} of {MESSAGES} heartbeats in {SECONDS:g} s")
            # Once more from the newest, because two heartbeats may share a millisecond.
            reply = reader.ask(("ZRANGEBYSCORE", seen, newest, "+inf", "WITHSCORES"))[0]
            now = wall_clock()
            for component, score in zip(reply[::2], reply[1::2], strict=True):
                delays.setdefault((component, score), now - float(score))
            newest = reply[-1] if reply else newest
            step("delay, visible", len(delays), MESSAGES)
            time.sleep(LOOK_SECONDS)
    return list(delays.values())
