"""The two-minute tour of the README runs as it is printed."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from printed_tours import run_typed

README = Path(__file__).parents[1] / "README.md"
PORT = "8480"
GET = "import sys, urllib.request as web; print(web.urlopen(sys.argv[1]).read().decode())"
"""What curl does, where there is none."""


def typed() -> list[str]:
    """Return what is typed on the tour, after the installation."""
    tour = README.read_text("utf-8").partition("## The two-minute tour")[2]
    block = re.findall(r"```console\n(.*?)```", tour, re.DOTALL)[0]
    lines = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    assert "pip install" in lines[0]
    return lines[1:]


def test_the_tour_runs_as_it_is_printed(tmp_path: Path, free_port: Callable[[], int]) -> None:
    """It begins without a warning, shows a death, leads to the page, and ends what it started."""
    # A busy machine takes longer to start than whoever reads.
    script = "\n".join(typed()).replace(PORT, str(free_port())).replace("sleep 2\n", "sleep 15\n")
    if shutil.which("curl") is None:
        script = script.replace("curl ", f"{sys.executable} -c '{GET}' ")

    done = run_typed(script, tmp_path, 120)

    assert "HEARTBEAT UNKNOWN: learning" in done.stdout
    assert "HEARTBEAT CRITICAL: 1 of 1 component silent: billing (1" in done.stdout
    assert '"state":"silent"' in done.stdout
    for word in ("collector.name", "Traceback"):
        assert word not in done.stderr, done.stderr
    assert (tmp_path / "state").is_dir()
    assert "Running" not in done.stdout
