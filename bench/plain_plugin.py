"""check_heartbeat as one would write it in an afternoon, with nagiosplugin and redis-py.

It reads the same store and names the silent ones with their ages. It does not ask whether a
collector was there to hear them, which check_heartbeat does.
"""

import argparse
import time
from typing import Any

import nagiosplugin
import redis

SEEN = "blinkenlights:{heartbeat}:seen:3600"


class Heartbeats(nagiosplugin.Resource):
    """How long the components have been silent."""

    def __init__(self, store: redis.Redis, limit: float) -> None:
        """Look in `store` for components without a sign of life for `limit` seconds."""
        self.store = store
        self.limit = limit
        self.total = 0
        self.silent: list[tuple[str, float]] = []

    def probe(self) -> list[nagiosplugin.Metric]:
        """Return how many there are, and how many of them are silent."""
        now = time.time()
        self.total = self.store.zcard(SEEN)
        found: Any = self.store.zrangebyscore(SEEN, "-inf", now - self.limit, withscores=True)
        self.silent = [(component, now - seen) for component, seen in found]
        return [
            nagiosplugin.Metric("total", self.total, min=0),
            nagiosplugin.Metric("silent", len(self.silent), min=0),
        ]


class Silent(nagiosplugin.Summary):
    """The first line."""

    def __init__(self, heartbeats: Heartbeats) -> None:
        """Say what was found in `heartbeats`."""
        self.heartbeats = heartbeats

    def ok(self, results: nagiosplugin.Results) -> str:
        """Say that all is well."""
        del results
        return f"{self.heartbeats.total} components alive"

    def problem(self, results: nagiosplugin.Results) -> str:
        """Name the silent ones."""
        del results
        silent = self.heartbeats.silent
        names = ", ".join(f"{component} ({age:.0f}s)" for component, age in silent)
        return f"{len(silent)} of {self.heartbeats.total} components silent: {names}"


@nagiosplugin.guarded
def main() -> None:
    """Answer the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/0", help="address of the store")
    parser.add_argument("-c", "--critical", type=float, default=7200, help="longest silence")
    parser.add_argument("-t", "--timeout", type=int, default=10, help="seconds to answer in")
    parser.add_argument("-v", "--verbose", action="count", default=0, help="say more")
    options = parser.parse_args()
    store = redis.Redis.from_url(options.redis, decode_responses=True)
    heartbeats = Heartbeats(store, options.critical)
    check = nagiosplugin.Check(
        heartbeats,
        nagiosplugin.ScalarContext("total"),
        nagiosplugin.ScalarContext("silent", critical="0"),
        Silent(heartbeats),
    )
    check.main(options.verbose, options.timeout)


if __name__ == "__main__":
    main()
