"""A scheduler with simulated workers: how late jobs are given out, and what each of them costs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import redis

from blinkenlights.kinds.endpoint import keys
from progress import say
from servers.process import ServerProcess, make_folder, remove_folder
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from table import Limit, Line
from workplace import Workplace

WORKER = Path(__file__).parent / "simulated_worker_process.py"
NAME = "probe-schedule"
ENDPOINTS = 50_000
IN_A_FILE = 5_000
EVERY = 60
CAPACITY = 2_000
LATENCY = 0.05
SECONDS = 45.0
_CONFIG = """\
[store]
url = "{store}"
[collector]
name = "bench"
[probe]
endpoints = "{folder}/endpoints"
[workers]
broker = "{broker}"
"""
_ENDPOINT = """\
e{number}:
  url: http://e{number}.example.net/health
  every: {every}s
  tests:
    - json.queue.depth < 100
    - json.status == 'ok' && time.total < 5.0
"""


class Told(NamedTuple):
    """What a scheduler did between two of its reports."""

    run: int
    missed: int
    due: int
    seconds: float
    cpu: float
    lag_95: float
    megabytes: float
    """Resident, at the end."""

    @property
    def microseconds(self) -> float:
        """Processor time for each job."""
        return 1e6 * self.cpu / self.run


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    say(f"scheduler: {ENDPOINTS:,} endpoints each {EVERY} s, workers simulated, nothing stored")
    alone = _scheduling(workplace, publishes=False)
    yield Line(
        f"lag at 95% of {ENDPOINTS:,} endpoints each {EVERY} s, given out to workers",
        f"{alone.lag_95 * 1000:.0f} ms, {alone.missed} of {alone.due} missed",
        "1,000 ms, none missed",
        alone.lag_95,
        wanted=Limit(most=1.0),
    )
    yield Line(
        "a job of a scheduler, given out and heard of",
        f"{alone.microseconds:.0f} us of processor",
        "250 us",
        alone.microseconds / 250,
        wanted=Limit(most=1.0),
    )
    yield Line(
        f"memory of a scheduler of {ENDPOINTS:,} endpoints",
        f"{alone.megabytes:.0f} MB",
        "",
        alone.megabytes,
        wanted=Limit(most=500),
    )
    say("scheduler: the same, and it stores the results as well")
    both = _scheduling(workplace, publishes=True)
    yield Line(
        "the same with its result stored by the same process",
        f"{both.microseconds:.0f} us of processor, lag at 95% {both.lag_95 * 1000:.0f} ms",
        f"{alone.microseconds:.0f} us without",
        both.microseconds / alone.microseconds,
        wanted=Limit(most=2.5),
    )


@contextmanager
def _worker(broker: Broker, *, publishes: bool) -> Iterator[None]:
    command = [sys.executable, str(WORKER), broker.url, str(CAPACITY), str(LATENCY)]
    command.append("yes" if publishes else "no")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        try:
            yield
        finally:
            process.stdin.close()


def _scheduling(workplace: Workplace, *, publishes: bool) -> Told:
    store, folder = workplace.store(), make_folder("scheduler")
    (folder / "endpoints").mkdir()
    for first in range(0, ENDPOINTS, IN_A_FILE):
        (folder / "endpoints" / f"from{first}.yml").write_text(
            "".join(
                _ENDPOINT.format(number=number, every=EVERY)
                for number in range(first, first + IN_A_FILE)
            )
        )
    try:
        broker = workplace.broker
        with _worker(broker, publishes=publishes):
            config = folder / "blinkenlights.toml"
            config.write_text(_CONFIG.format(store=store.url, folder=folder, broker=broker.url))
            program = str(workplace.programs / "blinkenlights")
            command = [program, "probe", "schedule", "--config", str(config)]
            scheduler = ServerProcess(command, folder, is_ready=lambda: True, environment={})
            scheduler.start()
            try:
                return _told(store.url, scheduler.pid)
            finally:
                scheduler.stop()
    finally:
        store.remove()
        remove_folder(folder)


def _told(url: str, pid: int) -> Told:
    client = redis.Redis.from_url(url, decode_responses=True)

    def report() -> dict[str, Any]:
        text = client.hget(keys.PROBERS, NAME)
        return json.loads(str(text).split(" ", 2)[2]) if text else {}

    wait_until(lambda: report().get("run", 0) > 0, "the first jobs", 240)
    begun = report()["timestamp"]
    wait_until(lambda: report()["timestamp"] - begun >= SECONDS / 3, "it to be warm", 120)
    before, cpu = report(), _cpu(pid)
    wait_until(lambda: report()["timestamp"] - before["timestamp"] >= SECONDS, "the time", 240)
    after, used = report(), _cpu(pid) - cpu
    client.close()
    return Told(
        run=int(after["run"] - before["run"]),
        missed=int(after.get("missed", 0) - before.get("missed", 0)),
        due=int(after["due"] - before["due"]),
        seconds=after["timestamp"] - before["timestamp"],
        cpu=used,
        lag_95=float(after["window"].get("lag_95", 0.0)),
        megabytes=_resident(pid),
    )


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cpu(pid: int) -> float:
    """Return the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
