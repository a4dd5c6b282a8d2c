"""The two minutes of docs/endpoints.md run as they are printed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "endpoints.md"
PORT = "8481"


def typed() -> str:
    """Return what is typed, with the file that is typed as well, and without answers."""
    tour = PAGE.read_text("utf-8").partition("from nothing to a red check")[2].partition("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", tour, re.DOTALL)
    entry = r"^\$ ([^\n]*<< END\n.*?\nEND|[^\n]*)$"
    return "\n".join(re.findall(entry, "".join(blocks), re.MULTILINE | re.DOTALL))


def test_the_two_minutes_run_as_they_are_printed(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """An endpoint is good by hand, turns red by the prober, and nothing is left behind."""
    own = {name: value for name, value in os.environ.items() if "BLINKENLIGHTS_" not in name}
    # A busy machine takes longer to start than whoever reads.
    script = typed().replace(PORT, str(free_port())).replace("sleep 8\n", "sleep 15\n")

    done = subprocess.run(
        ["/bin/bash"],
        input=f"{script}\nwait\njobs\n",
        cwd=tmp_path,
        env=own | {"PATH": f"{Path(sys.executable).parent}:{own['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "1 endpoint in 1 file, nothing is wrong" in done.stdout
    assert "ENDPOINT OK: shop/health good" in done.stdout
    assert "ENDPOINT CRITICAL: shop/health failing for" in done.stdout
    assert "json.queue.depth was 250, want less than 100" in done.stdout
    assert "PROBE OK: prober probe-" in done.stdout
    assert "Traceback" not in done.stderr
    assert "Running" not in done.stdout
