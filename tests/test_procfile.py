"""The Procfile, in the environment of the old listener: Pulse, a store with TLS, and a port."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.old_site import MACHINE, ROOT, OldSite
from servers.process import ServerProcess, make_folder, remove_folder
from servers.waiting import wait_until

PROCESSES = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines()
)
BIN = Path(sys.executable).parent


@pytest.fixture
def processes(old_site: OldSite) -> Iterator[dict[str, ServerProcess]]:
    """Give the processes of the Procfile, started."""
    folder = make_folder("dynos")
    started: dict[str, ServerProcess] = {}
    try:
        for name, command in PROCESSES.items():
            program, *words = shlex.split(command)
            (folder / name).mkdir()
            started[name] = ServerProcess(
                [str(BIN / program), *words],
                folder / name,
                lambda: True,
                environment=old_site.process_environment(),
            )
            started[name].start()
        yield started
    finally:
        for each in started.values():
            each.kill()
        remove_folder(folder)


def test_a_machine_arrives(old_site: OldSite, processes: dict[str, ServerProcess]) -> None:
    """From Pulse by way of the collector into the store, and out at /machines of the web."""
    assert set(processes) == {"web", "worker"}
    old_site.wait_for_collector()
    old_site.publish()

    wait_until(old_site.machines, "the machine to be served", 60)

    assert [f"{each['datacenter']}:{each['machine']}" for each in old_site.machines()] == [MACHINE]


def test_checks_import_and_export(old_site: OldSite) -> None:
    """They find the same store by the same variables."""

    def run(*words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [BIN / words[0], *words[1:]],
            input=given,
            env=old_site.process_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    old = '[{"datacenter": "mdc1", "machine": "a", "lastseen": "2018-11-08T08:47:50.939514"}]'

    imported = run("blinkenlights", "import", "machines", given=old)
    exported = run("blinkenlights", "export", "machines")
    checked = run("check_machine")

    assert (imported.returncode, imported.stderr) == (0, "")
    assert json.loads(exported.stdout) == json.loads(old)
    assert "no collector has reported" in checked.stdout
