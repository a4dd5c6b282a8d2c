"""Runs what a page of docs/ prints as typed, as its reader would."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def typed(page: str, heading: str) -> str:
    """Return what is typed under a heading, with the files that are typed, and without answers."""
    tour = (DOCS / page).read_text("utf-8").partition(heading)[2].partition("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", tour, re.DOTALL)
    entry = r"^\$ ([^\n]*<< END\n.*?\nEND|[^\n]*)$"
    return "\n".join(re.findall(entry, "".join(blocks), re.MULTILINE | re.DOTALL))


def run_typed(script: str, folder: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder, with the programs beside this Python, for so long at most.

    What still runs at its end is printed as a job.
    """
    own = {name: value for name, value in os.environ.items() if "BLINKENLIGHTS_" not in name}
    return subprocess.run(
        ["/bin/bash"],
        input=f"{script}\nwait\njobs\n",
        cwd=folder,
        env=own | {"PATH": f"{Path(sys.executable).parent}:{own['PATH']}"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
