"""Simulated workers as a process: `URL CAPACITY SECONDS PUBLISHES`; until its input is closed."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from probing.scheduling.simulated_worker import SimulatedWorker

if __name__ == "__main__":
    url, capacity, seconds, publishes = sys.argv[1:]
    worker = SimulatedWorker(
        url, capacity=int(capacity), seconds=float(seconds), publishes=publishes == "yes"
    ).start()
    print("ready", flush=True)
    sys.stdin.read()
    worker.stop()
