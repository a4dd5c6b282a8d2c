"""A scheduler with real workers, each a process of its own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from probing.scheduling.fleet import Fleet
from probing.site import Answering
from servers.process import ServerProcess
from servers.waiting import wait_until


@pytest.fixture
def site() -> Iterator[Answering]:
    """Give an HTTP server on loopback."""
    made = Answering()
    yield made
    made.close()


def _worker(fleet: Fleet, folder: Path, name: str) -> ServerProcess:
    """Start a worker; the fleet ends it."""
    own = folder / name
    own.mkdir()
    config = own / "blinkenlights.toml"
    config.write_text(f'[workers]\nbroker = "{fleet.broker.url}"\n')
    command = [sys.executable, "-m", "blinkenlights", "probe", "work", "--name", name]
    command += ["--config", str(config)]
    made = ServerProcess(command, own, lambda: True, environment=os.environ)
    fleet.schedulers.append(made)
    made.start()
    return made


def test_probes_are_made_stored_and_confirmed(
    fleet: Fleet, site: Answering, tmp_path: Path
) -> None:
    """What one worker finds bad another one has to find bad; who is killed is missed by nobody."""
    fleet.endpoints.joinpath("shop.yml").write_text(
        f"shop:\n  url: http://127.0.0.1:{site.port}/health\n  every: 2s\n"
        "  json: {status: ok}\n  confirm: 2 of 2\n"
    )
    first = _worker(fleet, tmp_path, "w1")
    _worker(fleet, tmp_path, "w2")
    fleet.schedule()
    wait_until(lambda: fleet.check("shop").code == 0, "it to be good", 60)
    wait_until(lambda: len(fleet.location().get("workers", [])) == 2, "both workers", 30)

    site.body = {"status": "down"}
    wait_until(lambda: fleet.details("shop").get("asked"), "both to be asked", 40)
    bad = fleet.details("shop")
    first.kill()
    site.body = {"status": "ok"}
    wait_until(lambda: fleet.check("shop").code == 0, "it to be good again", 60)

    assert bad["result"] == "failed"
    assert sorted(each["worker"] for each in bad["asked"]) == ["w1", "w2"]
    assert "json.status was 'down', want 'ok'" in bad["reasons"][0]
    assert bad["reasons"][-1] == "confirmed by 2 of 2 workers"
