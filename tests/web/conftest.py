"""Fixtures for the tests of the web server."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from servers.simulated_alerts import SimulatedAlerts
from servers.simulation import Simulation
from web.responding import NAME, RULE, SECRET, THING
from web.serving import Serving
from web.transfers import Transfers

Serve = Callable[..., Serving]


@pytest.fixture
def serve(simulation: Simulation, tmp_path: Path) -> Iterator[Serve]:
    """Give a function that starts a server on the store and at the time of the simulation."""
    ends = ExitStack()

    def start(**settings: Any) -> Serving:  # noqa: ANN401 - keys of [web]
        began = time.monotonic()

        def moving() -> float:
            return simulation.now + time.monotonic() - began

        # Who takes signals notices when its clock stands still.
        clock = moving if settings.get("post") else lambda: simulation.now
        made = Serving(simulation.url, tmp_path, clock, **settings)
        ends.callback(made.stop)
        made.start()
        return made

    with ends:
        yield start


@pytest.fixture
def web(serve: Serve) -> Serving:
    """Give a server with default settings, from which everybody may read."""
    return serve()


@pytest.fixture
def transfers(simulation: Simulation) -> Transfers:
    """Give a way to count transfers in the store of the simulation, which a collector hears."""
    simulation.collector(
        sources=[simulation.source(), simulation.source("log at somewhere", kind="transfer")]
    )
    return Transfers(simulation)


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """Give the file with the secret of links."""
    (tmp_path / "links.secret").write_text(SECRET)
    return str(tmp_path / "links.secret")


@pytest.fixture
def answering(serve: Serve, secret: str) -> Serving:
    """Give a server that takes what is posted, and links."""
    return serve(post=True, links_secret_file=secret)


@pytest.fixture
def fires(alerts: SimulatedAlerts) -> SimulatedAlerts:
    """Give an alert that fires."""
    alerts.simulation.old()
    alerts.simulation.collector(sources=[alerts.simulation.source()])
    alerts.evaluation()
    alerts.rule(RULE)
    alerts.alert(RULE, THING)
    alerts.told(NAME)
    return alerts
