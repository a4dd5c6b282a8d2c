"""Learns intervals one after the other, as a process that can be killed.

python learn_until.py STORE NOW INTERVALS
"""

import sys
from collections.abc import Sequence

from blinkenlights.kinds.duty import Turn
from blinkenlights.kinds.expected.learning import Learner
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.learnable import Learnable, Pieces, Rows
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader

CLIENTS = [f"client {number}" for number in range(200)]
INTERVAL = 300.0


def value_of(name: str, start: float) -> float:
    """Return what came of a client in an interval: another number for each."""
    return float((hash_of(name) + 7 * int(start // INTERVAL)) % 23)


def hash_of(name: str) -> int:
    """Return a number that is the same in all processes."""
    return int(name.rpartition(" ")[2]) * 31


def rows(_store: object, _horizon: object, names: Sequence[str], pieces: Pieces) -> Rows:
    """Return what came of some clients."""
    return {name: [(pieces.first, value_of(name, pieces.first))] for name in names}


def learn_all(url: str, now: float, intervals: int) -> None:
    """Learn the last intervals before a moment."""
    learnable = Learnable("client", None, True, 60, lambda _store, _globs: CLIENTS, rows)
    learner = Learner(ExpectedConfig(), learnable)
    with StoreReader(parse_address(url), 30) as store:
        horizon = read_horizon(store.ask(*COMMANDS), now, None)
        end = now // INTERVAL * INTERVAL
        for place in range(intervals):
            moment = end - (intervals - 1 - place) * INTERVAL
            learner.learn(Turn(store, horizon, moment, 0))


if __name__ == "__main__":
    learn_all(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
