"""What it costs to learn a minute of 10,000 clients, store included, and their bytes in the store.

Each client has a state that is learned already. What is measured is the time of one core: ours and
that of the store, which work one after the other.
"""

import time
from collections.abc import Iterator
from statistics import median

from blinkenlights.expected.kept import Kept, begun, pack_kept, taught, unpack_kept
from blinkenlights.kinds.duty import Turn
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.expected.learning import Learner
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.transfer.keys import GOOD
from blinkenlights.kinds.transfer.learnable import LEARNABLES
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from prepared_transfers import fill_flows
from progress import say
from servers.valkey import Valkey
from simulated_clients import Sort, simulate
from table import Limit, Line
from workplace import Workplace

CLIENTS = 10_000
MINUTES = 7
MINUTE = 60.0
NAMES_AT_ONCE = 500


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    say(f"expected: {CLIENTS:,} clients")
    store = workplace.store()
    fill_flows(store.url, CLIENTS)
    moment = time.time() // MINUTE * MINUTE
    with store.client() as client:
        names = client.zrange(GOOD + "client", 0, -1)
        before = client.info("memory")["used_memory"]
        packed = pack_kept(_learned(moment - MINUTE))
        for at in range(0, CLIENTS, NAMES_AT_ONCE):
            some = dict.fromkeys(names[at : at + NAMES_AT_ONCE], packed)
            client.hset(keys.STATES + "client", mapping=some)
        bytes_each = (client.info("memory")["used_memory"] - before) / CLIENTS
    ours, theirs = _learn(store, moment)
    yield Line(
        f"a minute of {CLIENTS:,} clients learned",
        f"{ours + theirs:.2f} s",
        "",
        ours + theirs,
        wanted=Limit(most=2),
    )
    say(f"expected: {ours:.2f} s of it ours, {theirs:.2f} s of the store")
    yield Line(
        "store for what is usual of each of them",
        f"{bytes_each:.0f} B",
        "",
        bytes_each,
        wanted=Limit(most=2300),
    )
    store.stop()


def _learned(end: float) -> Kept:
    """Return what is kept of a client after three weeks of minutes up to a moment."""
    kept = begun()
    rows = simulate(Sort(300, bursty=False), 0, weeks=3, kinds=()).rows
    start = end - MINUTE * (len(rows) - 1)
    for place, (_, value) in enumerate(rows):
        kept = taught(kept, start + place * MINUTE, value)
    return kept


def _learn(server: Valkey, moment: float) -> tuple[float, float]:
    """Return the median seconds of our and of the store's processor that a minute takes."""
    learner = Learner(ExpectedConfig(interval="1m"), LEARNABLES[0])
    ours, theirs = [], []
    with StoreReader(parse_address(server.url), 30) as store, server.client() as client:
        for minute in range(MINUTES):
            now = moment + minute * MINUTE
            horizon = read_horizon(store.ask(*COMMANDS), now, "transfer")
            # Nobody reports for the minutes that are to come, so we say that they were heard.
            sources = {
                name: one._replace(watermark=now, connected=True)
                for name, one in horizon.sources.items()
            }
            heard = horizon._replace(
                sources=sources, stored_up_to=now, judged_at=now, blind="", gaps={}
            )
            busy = client.info("cpu")
            started = time.process_time()
            learner.learn(Turn(store, heard, now, 0))
            ours.append(time.process_time() - started)
            after = client.info("cpu")
            theirs.append(
                sum(after[each] - busy[each] for each in ("used_cpu_user", "used_cpu_sys"))
            )
        names = client.zrange(GOOD + "client", 0, -1)
        [packed] = store.ask_bytes(("HMGET", keys.STATES + "client", names[0]))
    kept = unpack_kept(packed[0])
    assert kept is not None
    assert kept.detector.pace.newest == moment + (MINUTES - 2) * MINUTE
    return median(ours), median(theirs)
