"""What the installed checks print is read in full by parsers that others wrote."""

import os
import subprocess
from pathlib import Path

import pytest

from servers.perfdata import read_by_icinga, read_by_perl
from servers.watched import Watched

pytestmark = pytest.mark.xdist_group("cores")

COMMANDS = [
    pytest.param(["check_heartbeat"], 2, id="critical"),
    pytest.param(["check_heartbeat", "--name", "alive"], 0, id="ok"),
    pytest.param(["check_heartbeat", "--name", "late", "-w", "@5:2000"], 1, id="warning"),
    pytest.param(["check_heartbeat", "--name", "nobody"], 3, id="unknown"),
    pytest.param(["check_heartbeat", "--name", "alive", "--value", "queue_depth"], 0, id="value"),
    pytest.param(["check_collector", "--backlog-warning", "~:10"], 0, id="collector"),
    pytest.param(["check_speedo"], 2, id="speedo"),
    pytest.param(["check_delivery", "--client", "moving"], 0, id="delivery"),
    pytest.param(["check_inflight"], 0, id="inflight"),
]


@pytest.mark.parametrize(("command", "code"), COMMANDS)
def test_every_item_is_read(
    command: list[str], code: int, watched: Watched, installed_checks: Path
) -> None:
    """Perl and Icinga find the same labels and values in one line, with nothing left out."""
    watched.report()
    done = subprocess.run(
        [installed_checks / command[0], *command[1:], "--redis", watched.url],
        env={"BLINKENLIGHTS_STORE_PASSWORD_FILE": str(watched.password_file), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    text = done.stdout.partition("|")[2].strip()
    perl, icinga = read_by_perl(text), read_by_icinga(text)

    assert (done.returncode, done.stderr) == (code, "")
    assert [item.label for item in perl] == [one.partition("=")[0] for one in text.split()]
    assert [item[:2] for item in icinga] == [item[:2] for item in perl]
    assert len(perl) > 0
