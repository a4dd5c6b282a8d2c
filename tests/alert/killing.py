"""Lets processes that evaluate and tell be killed while things turn bad and well again."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from alert.ledger import Ledger, Span, listening
from alert.mortals import BAD, EVALUATOR_LEASE
from blinkenlights.clock import wall_clock
from blinkenlights.kinds.alert import keys
from servers.valkey import Valkey
from servers.waiting import wait_until

TESTS = Path(__file__).parents[1]
THINGS = [f"web{number}" for number in range(12)]
EVERY = 0.05
"""Seconds between two things that turn."""
LAST_SECONDS = 60.0
"""How long the last one may take to tell all that is left."""


class Killed(NamedTuple):
    """What came of it."""

    deaths: Counter[str]
    """Step -> how many died there."""
    queued: int
    """Notices that were queued, of all receivers."""
    ledger: Ledger
    bad: list[Span]
    code: int
    """With what the one that was left ended."""

    def faults(self) -> dict[str, object]:
        """Return what must not be; empty when all holds."""
        told = len(self.ledger.told())
        found: dict[str, object] = {
            "queued and not told, or not told apart": self.queued - told,
            "told and not ended": self.ledger.still_firing(),
            "ended and bad": self.ledger.false_ends(self.bad, 2 * EVALUATOR_LEASE),
            "repeated without a word": self.ledger.repeated_unsaid(),
            "ended by": self.code,
        }
        return {what: which for what, which in found.items() if which}


def kill(store: Valkey, folder: Path, kills: int, at_once: int, seed: str) -> Killed:
    """Let so many processes die, and the last one tell all that is left."""
    client: Any = store.client()
    log = folder / "deaths.log"
    with listening() as ledger, log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "alert.mortals"),
                *(store.url, ledger.url, str(kills), str(at_once), seed),
            ],
            env=os.environ | {"PYTHONPATH": str(TESTS)},
            stdout=output,
        )
        try:
            bad = _turn_things(client, process, log, random.Random(seed))  # noqa: S311
            wait_until(lambda: _is_all_told(client), "the last one to tell all", LAST_SECONDS)
            process.terminate()
            code = process.wait(LAST_SECONDS)
        finally:
            process.kill()
            process.wait()
    deaths = Counter(line for line in log.read_text().splitlines() if line != "immortal")
    queued = int(client.hget(keys.COUNTERS, "queued") or 0)
    return Killed(deaths, queued, ledger, bad, code)


def _turn_things(
    client: Any,  # noqa: ANN401 - redis-py's own types leave open whether an answer is one
    process: "subprocess.Popen[bytes]",
    log: Path,
    chance: random.Random,
) -> list[Span]:
    """Let things turn bad and well until all but one have died; at the end all is well."""
    since: dict[str, float] = {}
    spans = []

    def turn(thing: str) -> None:
        if thing in since:
            spans.append(Span(thing, since.pop(thing), wall_clock()))
            client.srem(BAD, thing)
        else:
            client.sadd(BAD, thing)
            since[thing] = wall_clock()

    while process.poll() is None and not _has_all_died(log):
        turn(chance.choice(THINGS))
        time.sleep(EVERY)
    for thing in list(since):
        turn(thing)
    return spans


def _has_all_died(log: Path) -> bool:
    return "immortal" in log.read_text().splitlines()


def _is_all_told(client: Any) -> bool:  # noqa: ANN401
    return not client.exists(keys.RECORDS, keys.DUE, BAD)
