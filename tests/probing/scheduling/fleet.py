"""Schedulers as processes, with a broker, a store, a folder of files, and simulated workers."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.endpoint import keys
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from probing.scheduling.simulated_worker import SimulatedWorker
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.simulation import Said
from servers.valkey import Valkey
from servers.waiting import wait_until

NAME = "probe-schedule"
LEASE = f"{keys.PREFIX}schedule:{NAME}:lease"


class Fleet:
    """All of it."""

    def __init__(self, folder: Path, broker: Broker, store: Valkey) -> None:
        self.folder = folder
        self.broker = broker
        self.store = store
        self.endpoints = folder / "endpoints"
        self.endpoints.mkdir()
        self.workers: list[SimulatedWorker] = []
        self.schedulers: list[ServerProcess] = []
        store.client().set(layout.BORN, f"{wall_clock() - 3600:.3f}")

    def write(self, number: int, every: str = "1s", settings: str = "", name: str = "e") -> None:
        """Write a file with so many endpoints."""
        self.endpoints.joinpath(f"{name}.yml").write_text(
            "".join(
                f"{name}{each}:\n  url: http://{name}{each}.example.net/\n  every: {every}\n"
                + settings
                for each in range(number)
            )
        )

    def schedule(self, name: str = "s1", store: str = "") -> ServerProcess:
        """Start a scheduler, at the store or at what is in front of it."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        config = folder / "blinkenlights.toml"
        config.write_text(
            f'[store]\nurl = "{store or self.store.url}"\n'
            f'[collector]\nname = "{name}"\n'
            f'[probe]\nendpoints = "{self.endpoints}"\n'
            f'[workers]\nbroker = "{self.broker.url}"\n'
        )
        command = [sys.executable, "-m", "blinkenlights", "probe", "schedule"]
        command += ["--config", str(config)]
        made = ServerProcess(command, folder, lambda: True, environment=os.environ)
        self.schedulers.append(made)
        made.start()
        return made

    def start_worker(
        self, name: str = "w1", broker: str = "", probe: str = "", location: str = "default"
    ) -> ServerProcess:
        """Start a real worker, at the broker or at what is in front of it; `probe` is a table."""
        folder = self.folder / name
        folder.mkdir()
        config = folder / "blinkenlights.toml"
        config.write_text(
            f'[workers]\nbroker = "{broker or self.broker.url}"\nlocation = "{location}"\n'
            f"[probe]\n{probe}"
        )
        command = [sys.executable, "-m", "blinkenlights", "probe", "work", "--name", name]
        command += ["--config", str(config)]
        made = ServerProcess(command, folder, lambda: True, environment=os.environ)
        self.schedulers.append(made)
        made.start()
        return made

    def work(self, name: str = "w1", **settings: Any) -> SimulatedWorker:  # noqa: ANN401
        """Start a worker."""
        made = SimulatedWorker(self.broker.url, name, **settings)
        self.workers.append(made)
        return made.start()

    def owner(self) -> str:
        """Return which scheduler has the lease, as its collector is named: s1 or s2."""
        found = self.store.client().hget(LEASE, "owner") or ""
        return str(found).partition(" ")[0].rpartition("@")[2]

    def epoch(self) -> int:
        """Return the number of the lease."""
        return int(str(self.store.client().hget(LEASE, "epoch") or 0))

    def wait_for_leader(self, name: str) -> None:
        """Wait until a scheduler has the lease."""
        wait_until(lambda: self.owner() == name, f"{name} to give out jobs", 30)

    def report(self) -> dict[str, Any]:
        """Return the last report of whoever leads; empty before the first one."""
        text = self.store.client().hget(keys.PROBERS, NAME)
        found: dict[str, Any] = json.loads(str(text).split(" ", 2)[2]) if text else {}
        return found

    def location(self, name: str = "default") -> dict[str, Any]:
        """Return a location of that report; empty when it is not there."""
        found: list[dict[str, Any]] = self.report().get("locations", [])
        return next((each for each in found if each["name"] == name), {})

    def facts(self, endpoint: str) -> keys.Facts | None:
        """Return what is stored of the results of an endpoint."""
        text = self.store.client().hget(keys.FACTS, endpoint)
        return keys.parse_facts(str(text)) if text else None

    def details(self, endpoint: str) -> dict[str, Any]:
        """Return the last result that is stored of an endpoint; empty when there is none."""
        text = self.store.client().hget(keys.DETAILS, endpoint)
        found: dict[str, Any] = json.loads(str(text)) if text else {}
        return found

    def runs(self, endpoint: str = "e0") -> int:
        """Return how many results of an endpoint are stored."""
        facts = self.facts(endpoint)
        return int(facts.runs) if facts else 0

    def wait_for_runs(self, more: int, endpoint: str = "e0", seconds: float = 30) -> None:
        """Wait until so many further results are stored."""
        before = self.runs(endpoint)
        wait_until(lambda: self.runs(endpoint) >= before + more, f"{more} more results", seconds)

    def wait_for_location(self, wanted: str, seconds: float = 40) -> dict[str, Any]:
        """Wait until the report has a key of the default location that is neither 0 nor empty."""
        wait_until(lambda: self.location().get(wanted), f"{wanted} to be reported", seconds)
        return self.location()

    def check(self, options: str = "", name: str = "endpoint") -> Said:
        """Ask a check now."""
        return Said(*answer(name, ["--redis", self.store.url, *options.split()], wall_clock))

    def dues(self, endpoint: str) -> list[tuple[float, float]]:
        """Return when an endpoint was given to any worker, and for which moment, in order."""
        return sorted(
            (each.at, each.job.due)
            for worker in self.workers
            for each in worker.taken
            if each.job.definition.endpoint == endpoint
        )

    def is_counted_once(self, endpoint: str) -> bool:
        """Return whether no moment of an endpoint has a second result in the store."""
        moments = {
            result.due
            for worker in self.workers
            for result in worker.results
            if result.endpoint == endpoint
        }
        return self.runs(endpoint) <= len(moments)

    def close(self) -> None:
        """End everything."""
        for process in self.schedulers:
            if process.is_running():
                process.resume()
            process.kill()
        for worker in self.workers:
            worker.stop()


def now() -> float:
    """Return the time."""
    return time.time()
