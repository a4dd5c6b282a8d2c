"""The whole prober: probes a cpu-second with results stored, and how late it is with thousands."""

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
from probe_transport import bare_rate
from progress import say
from rounds import take_turns
from servers.certificates import Certificates, issue
from servers.process import ServerProcess, make_folder, remove_folder
from servers.valkey import Valkey
from servers.waiting import wait_until
from table import Limit, Line
from workplace import Workplace

SERVER = Path(__file__).parent / "small_server.py"
NAME = "bench"
BUSY = 1_500
"""Endpoints that are due each second, more than a core can do: what it can is measured."""
AT_ONCE = 20
"""Probes at a time then; as many as the bare loop makes."""
MANY, MANY_OF_TLS = 5_000, 2_000
EVERY = 10
LATENCY = 0.05
SLOW = 2.0
CAPACITY = 50
SECONDS = 30.0
ROUNDS = 7
SECONDS_OF_ROUND = 10.0
_CONFIG = """\
[store]
url = "{store}"
[probe]
endpoints = "{folder}/endpoints"
name = "{name}"
at_once = {capacity}
at_once_for_host = {capacity}
"""
_ENDPOINT = """\
e{number}:
  url: {scheme}://127.0.0.1:{port}/health
  every: {every}s
  tests:
    - json.queue.depth < 100
    - json.status == 'ok' && time.total < 5.0
"""
_OF_TLS = """\
defaults:
  tls: {{ca_file: {authority}}}
"""


class Told(NamedTuple):
    """What a prober did between two of its reports."""

    run: int
    due: int
    missed: int
    waiting: int
    seconds: float
    cpu: float
    lag_95: float


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    say(f"prober: as many probes as it can make, results stored, {ROUNDS} rounds")
    with answering(0) as port:
        url = f"http://127.0.0.1:{port}/health"
        figures = take_turns(
            "prober", ROUNDS, bare=lambda: bare_rate(url), prober=lambda: _rate(workplace, port)
        )
    yield Line(
        "probes over fresh HTTP, judged and stored with their numbers",
        f"{figures.median('prober'):,.0f} a cpu-second",
        f"{figures.median('bare'):,.0f} a cpu-second, bare aiohttp",
        figures.ratio("prober", "bare"),
        wanted=Limit(least=0.5),
        aimed=Limit(least=0.65),
    )
    say(f"prober: {MANY:,} endpoints each {EVERY} s, {LATENCY * 1000:.0f} ms away")
    with answering(LATENCY) as port:
        told = _probing(workplace, port, MANY, every=EVERY, capacity=1000)
    yield Line(
        f"lag at 95% of {MANY:,} endpoints each {EVERY} s",
        f"{told.lag_95 * 1000:.0f} ms, {told.missed} of {told.due} missed",
        "250 ms, none missed",
        told.lag_95 / 0.25,
        wanted=Limit(most=1.0),
    )
    say(f"prober: {MANY_OF_TLS:,} endpoints over fresh HTTPS, each {EVERY} s")
    folder = make_folder("certificates")
    try:
        files = issue(folder)
        with answering(LATENCY, files) as port:
            told = _probing(workplace, port, MANY_OF_TLS, every=EVERY, capacity=1000, files=files)
    finally:
        remove_folder(folder)
    yield Line(
        f"lag at 95% of {MANY_OF_TLS:,} endpoints each {EVERY} s, fresh HTTPS",
        f"{told.lag_95 * 1000:.0f} ms, {told.missed} of {told.due} missed",
        "250 ms, none missed",
        told.lag_95 / 0.25,
        wanted=Limit(most=1.0),
    )
    say(f"prober: the first ones {SLOW:.0f} s away, {CAPACITY} at a time: it cannot keep up")
    with answering(SLOW) as port:
        told = _probing(workplace, port, MANY, every=EVERY, capacity=CAPACITY)
    yield Line(
        "what cannot be probed in time is missed, and counted",
        f"{told.run} run + {told.missed} missed + {told.waiting} waiting",
        f"{told.due} due",
        (told.run + told.missed + told.waiting) / told.due,
        wanted=Limit(least=1.0, most=1.0),
    )


@contextmanager
def answering(latency: float, files: Certificates | None = None) -> Iterator[int]:
    """Give the port of a small server that answers so many seconds later, perhaps with TLS."""
    command = [sys.executable, str(SERVER), str(latency)]
    if files is not None:
        command += [str(files.certificate), str(files.key)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def _rate(workplace: Workplace, port: int) -> float:
    """Return probes per cpu-second of a prober for which more is due than it can make."""
    told = _probing(workplace, port, BUSY, every=1, capacity=AT_ONCE, seconds=SECONDS_OF_ROUND)
    return told.run / told.cpu


def _probing(
    workplace: Workplace,
    port: int,
    endpoints: int,
    *,
    every: int,
    capacity: int,
    files: Certificates | None = None,
    seconds: float = SECONDS,
) -> Told:
    store, folder = workplace.store(), make_folder("prober")
    (folder / "endpoints").mkdir()
    (folder / "endpoints" / "all.yml").write_text(
        (_OF_TLS.format(authority=files.authority) if files else "")
        + "".join(
            _ENDPOINT.format(
                number=number, port=port, every=every, scheme="https" if files else "http"
            )
            for number in range(endpoints)
        )
    )
    config = folder / "blinkenlights.toml"
    config.write_text(_CONFIG.format(store=store.url, folder=folder, name=NAME, capacity=capacity))
    command = [str(workplace.programs / "blinkenlights"), "probe", "--config", str(config)]
    prober = ServerProcess(command, folder, is_ready=lambda: True, environment={})
    prober.start()
    try:
        return _told(store, prober.pid, seconds)
    finally:
        prober.stop()
        store.remove()
        remove_folder(folder)


def _told(store: Valkey, pid: int, seconds: float) -> Told:
    client = redis.Redis.from_url(store.url, decode_responses=True)

    def report() -> dict[str, Any]:
        text = client.hget(keys.PROBERS, NAME)
        return json.loads(str(text).split(" ", 2)[2]) if text else {}

    # The first round makes the names of all series known.
    wait_until(lambda: report().get("run", 0) > 0, "the first probes", 60)
    begun = report()["timestamp"]
    wait_until(lambda: report()["timestamp"] - begun >= seconds / 2, "the first round", 120)
    before, cpu = report(), _cpu(pid)
    wait_until(
        lambda: report()["timestamp"] - before["timestamp"] >= seconds, "the time to pass", 240
    )
    after, used = report(), _cpu(pid) - cpu
    client.close()
    return Told(
        run=int(after["run"] - before["run"]),
        due=int(after["due"] - before["due"]),
        missed=int(after.get("missed", 0) - before.get("missed", 0)),
        waiting=int(after.get("waiting", 0) - before.get("waiting", 0)),
        seconds=after["timestamp"] - before["timestamp"],
        cpu=used,
        lag_95=float(after["window"].get("lag_95", 0.0)),
    )


def _cpu(pid: int) -> float:
    """Return the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
