"""The Containerfile: an image whose processes run each by itself, as nobody, and write nothing."""

import json
import re
from pathlib import Path

import pytest

from servers.containers import IMAGE, Containers
from servers.installation import SOURCES
from servers.old_site import MACHINE, ROOT, OldSite
from servers.waiting import wait_until

# One worker builds it, once.
pytestmark = pytest.mark.xdist_group("container")

STEPS = [
    tuple(line.split(" ", 1))
    for line in (ROOT / "Containerfile").read_text("utf-8").splitlines()
    if re.match(r"[A-Z]+ ", line)
]


def last(instruction: str) -> str:
    return [what for name, what in STEPS if name == instruction][-1]


def test_what_it_says() -> None:
    """No root, a program that is there, all that an installation needs. That takes no builder."""
    user, _, group = last("USER").partition(":")
    copied = {
        Path(each).name
        for name, what in STEPS
        if name == "COPY" and not what.startswith("--from")
        for each in what.split()[:-1]
    }

    assert int(user) > 0
    assert int(group) > 0
    assert json.loads(last("ENTRYPOINT")) == ["blinkenlights"]
    assert json.loads(last("CMD")) == ["collect"]
    assert copied == set(SOURCES)
    assert all((ROOT / each).exists() for each in copied)


@pytest.mark.container
def test_two_containers_do_the_work(containers: Containers, old_site: OldSite) -> None:
    """From Pulse to /machines, with read-only roots, no rights, and one process in each."""
    environment, shown = old_site.environment(), old_site.folder
    containers.start("worker", environment=environment, shown=shown)
    containers.start("web", "web", environment=environment, shown=shown)
    old_site.wait_for_collector()
    old_site.publish()
    wait_until(old_site.machines, "the machine to be served", 60)

    states = {name: containers.inspect(name) for name in ("worker", "web")}
    processes = {name: Path(f"/proc/{each['State']['Pid']}") for name, each in states.items()}
    users = {name: _field(each, "Uid") for name, each in processes.items()}
    rights = {name: _field(each, "CapEff") for name, each in processes.items()}
    children = {name: _children(each) for name, each in processes.items()}
    written = {name: containers.podman("diff", name) for name in states}
    checked = containers.podman("exec", "worker", "check_machine", is_fine=False)
    names = [f"{each['datacenter']}:{each['machine']}" for each in old_site.machines()]
    for name in states:
        containers.podman("stop", "--time=20", name)
    codes = {name: containers.inspect(name)["State"]["ExitCode"] for name in states}

    assert names == [MACHINE]
    assert set(users.values()) == {"10001"}
    assert {int(each, 16) for each in rights.values()} == {0}
    assert children == {"worker": "", "web": ""}
    assert all(each["HostConfig"]["ReadonlyRootfs"] for each in states.values())
    assert not [line for each in written.values() for line in each.splitlines() if "opt" in line]
    assert checked.startswith("MACHINE OK: 1 machine known")
    assert codes == {"worker": 0, "web": 0}


@pytest.mark.container
def test_the_image_is_nobody_s(containers: Containers) -> None:
    """A platform sees by the number that it is not root."""
    settings = containers.inspect(IMAGE)["Config"]

    assert settings["User"] == "10001:10001"
    assert settings["Entrypoint"] == ["blinkenlights"]
    assert "Volumes" not in settings


def _field(process: Path, name: str) -> str:
    [line] = re.findall(rf"^{name}:\s+(\S+)", (process / "status").read_text(), re.MULTILINE)
    return str(line)


def _children(process: Path) -> str:
    return (process / "task" / process.name / "children").read_text().strip()
