"""Workers against one process: probes a second, and the processor time of each probe."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import redis

from blinkenlights.kinds.endpoint import keys
from prober_rate import answering
from progress import say
from rounds import take_turns
from servers.process import ServerProcess, make_folder, remove_folder
from servers.waiting import wait_until
from table import Limit, Line
from workplace import Workplace

NAME = "bench"
EASY = 200
"""Endpoints that are due each second, and that all can do."""
BUSY = 1_500
"""More than any of them can do."""
AT_ONCE = 1_000
"""As by default; of one host as well."""
ROUNDS = 3
SECONDS = 10.0
MANY = (1, 2, 4)
_CONFIG = """\
[store]
url = "{store}"
[collector]
name = "bench"
[probe]
endpoints = "{folder}/endpoints"
name = "{name}"
at_once = {at_once}
at_once_for_host = {at_once}
"""
_WORKERS = """\
[workers]
broker = "{broker}"
"""
_ENDPOINT = """\
e{number}:
  url: http://127.0.0.1:{port}/health
  every: 1s
  tests:
    - json.queue.depth < 100
    - json.status == 'ok' && time.total < 5.0
"""


class Did(NamedTuple):
    """What was done between two reports. Processor times are seconds."""

    run: int
    seconds: float
    first: float
    """Of the prober, or of the scheduler, which stores results as it does."""
    workers: float
    """Of all of them together."""
    brokers: float

    @property
    def ours(self) -> float:
        """Of all that is no broker, store or server."""
        return self.first + self.workers

    @property
    def microseconds(self) -> float:
        """Processor time of ours for each probe."""
        return 1e6 * self.ours / self.run


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    did: dict[int, list[Did]] = {}

    def cost(workers: int, port: int) -> float:
        did.setdefault(workers, []).append(_probing(workplace, port, workers, EASY))
        return did[workers][-1].microseconds

    say(f"workers: {EASY} probes a second, by one process and by workers, {ROUNDS} rounds")
    with answering(0) as port:
        figures = take_turns(
            "workers",
            ROUNDS,
            alone=partial(cost, 0, port),
            one=partial(cost, 1, port),
            two=partial(cost, 2, port),
        )
    for name, said in (("one", "one worker"), ("two", "two workers")):
        yield Line(
            f"a probe by {said} and a scheduler, stored, {EASY} a second",
            f"{figures.median(name):,.0f} us of processor",
            f"{figures.median('alone'):,.0f} us by one process",
            figures.ratio(name, "alone"),
            wanted=Limit(most=1.5),
        )
    both = did[2]
    for number, each in did.items():
        say(f"{number} workers, us for a probe: {_parts(each)}")
    share = sum(each.brokers for each in both) / sum(each.run for each in both)
    yield Line(
        "what the broker has with such a probe, beside that",
        f"{1e6 * share:,.0f} us of processor",
        f"{figures.median('alone'):,.0f} us by one process",
        1e6 * share / figures.median("alone"),
        wanted=Limit(),
    )
    say(f"workers: {BUSY:,} endpoints each second, as many as can be done")
    with answering(0) as port:
        alone = _probing(workplace, port, 0, BUSY)
        for number in MANY:
            many = _probing(workplace, port, number, BUSY)
            yield Line(
                f"probes by {number} worker{'s' * (number > 1)}, broker and server beside them",
                f"{many.run / many.seconds:,.0f}/s, {many.run / many.ours:,.0f} a cpu-second",
                f"{alone.run / alone.seconds:,.0f}/s, {alone.run / alone.ours:,.0f} by one process",
                many.run / many.seconds / (alone.run / alone.seconds),
                wanted=Limit(),
            )


def _parts(rounds: list[Did]) -> str:
    run = sum(each.run for each in rounds)
    parts = {
        "prober or scheduler": sum(each.first for each in rounds),
        "workers": sum(each.workers for each in rounds),
        "broker": sum(each.brokers for each in rounds),
    }
    return ", ".join(f"{name} {1e6 * seconds / run:,.0f}" for name, seconds in parts.items())


def _probing(workplace: Workplace, port: int, workers: int, endpoints: int) -> Did:
    store, folder = workplace.store(), make_folder("workers")
    (folder / "endpoints").mkdir()
    (folder / "endpoints" / "all.yml").write_text(
        "".join(_ENDPOINT.format(number=number, port=port) for number in range(endpoints))
    )
    text = _CONFIG.format(store=store.url, folder=folder, name=NAME, at_once=AT_ONCE)
    if workers:
        text += _WORKERS.format(broker=workplace.broker.url)
    config = folder / "blinkenlights.toml"
    config.write_text(text)
    program = str(workplace.programs / "blinkenlights")
    commands = [[program, "probe", "schedule"]] if workers else [[program, "probe"]]
    commands += [[program, "probe", "work", "--name", f"w{n}"] for n in range(workers)]
    with ExitStack() as stack:
        stack.callback(remove_folder, folder)
        stack.callback(store.remove)
        pids = []
        for number, command in enumerate(commands):
            own = folder / str(number)
            own.mkdir()
            process = ServerProcess(
                [*command, "--config", str(config)], own, is_ready=lambda: True, environment={}
            )
            process.start()
            stack.callback(process.stop)
            pids.append(process.pid)
        return _did(store.url, pids, workplace.broker.pid, workers)


def _did(url: str, pids: list[int], broker: int, workers: int) -> Did:
    client = redis.Redis.from_url(url, decode_responses=True)

    def report() -> dict[str, Any]:
        text = client.hget(keys.PROBERS, NAME)
        return json.loads(str(text).split(" ", 2)[2]) if text else {}

    def all_work() -> bool:
        places = report().get("locations") or [{}]
        there = [each for each in places[0].get("workers", []) if each.get("run")]
        return report().get("run", 0) > 0 and (len(there) == workers if workers else True)

    wait_until(all_work, "the first probes", 90)
    begun = report()["timestamp"]
    wait_until(lambda: report()["timestamp"] > begun, "the next report", 60)
    before, ours, brokers = report(), [*map(_cpu, pids)], _cpu(broker)
    wait_until(lambda: report()["timestamp"] - before["timestamp"] >= SECONDS, "the time", 120)
    after = report()
    first, *others = (now - then for now, then in zip(map(_cpu, pids), ours, strict=True))
    by_broker = _cpu(broker) - brokers
    client.close()
    seconds = after["timestamp"] - before["timestamp"]
    return Did(int(after["run"] - before["run"]), seconds, first, sum(others), by_broker)


def _cpu(pid: int) -> float:
    """Return the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
