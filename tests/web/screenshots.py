"""Takes the pictures of the status page in docs/, of a simulated fleet."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from servers.chromium import Chromium, find_chromium
from servers.simulation import Simulation
from servers.valkey import Valkey
from web.serving import Serving
from web.transfers import Transfers

SHOTS: dict[str, dict[str, Any]] = {
    "page.png": {"width": 1280, "height": 900},
    "page-dark.png": {"width": 1280, "height": 520, "dark": True},
    "page-phone.png": {"width": 360, "height": 740},
}


def fill(simulation: Simulation) -> None:
    """Store a fleet that has had better nights."""
    simulation.old()
    lines = simulation.source("unix:///run/blinkenlights/lines.sock")
    simulation.collector(
        sources=[
            simulation.source(),
            simulation.source("transfers at 127.0.0.1:5672/", kind="transfer"),
            lines,
        ],
        stored_per_second=41.2,
    )
    simulation.beat("SMPP Transport 2", age=252, extras={"queue_depth": 12})
    simulation.beat("billing", age=1980, interval=300)
    simulation.expect("fax gateway", age=3000)
    for number, age in (("app-1:4711", 12), ("app-2:4712", 400)):
        simulation.beat("shop:checkout", age=age, instance=number)
    simulation.expect("shop:checkout", 2, age=3000)
    simulation.beat("mail gateway", age=5, extras={"queue_depth": 250})
    report = {"message": "queue is 250 long, limit 100", "queue_depth": 250}
    simulation.beat("mail gateway", status="degraded", age=95, extras=report)
    simulation.beat("archive", age=97, extras={"queue_depth": 3})
    simulation.beat("SMPP Transport 1", age=14, extras={"queue_depth": 0})
    simulation.beat("USSD Gateway", age=31)
    simulation.beat("HTTP API", age=8, extras={"version": "4.2.1"})
    simulation.beat("Zürich router", age=22, extras={"version": "4.2.1"})
    simulation.beat("nightly backup", age=30_000, interval=86_400, extras={"files": 1204})
    simulation.beat("field unit 7", age=-600, received=2)
    transfers = Transfers(simulation)
    for minute in range(1, 60):
        transfers.count("airport", "weather", age=60 * minute + 5, size=6451)
        if minute > 17:
            transfers.count("newsroom", "weather", age=60 * minute, size=6451)
        transfers.count("harbour", "weather", age=60 * minute, code=201 if minute % 9 else 500)


def main(folder: Path) -> None:
    """Write the pictures into `folder`."""
    chromium = Chromium(find_chromium())
    store = Valkey()
    store.start()
    simulation = Simulation(store.url)
    fill(simulation)
    with TemporaryDirectory() as tokens:
        serving = Serving(simulation.url, Path(tokens), lambda: simulation.now)
        serving.start()
        for name, settings in SHOTS.items():
            window = chromium.window(**settings)
            window.open(f"http://{serving.host}:{serving.port}/")
            window.picture(folder / name)
            window.close()
        serving.stop()
    simulation.close()
    store.remove()
    chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
