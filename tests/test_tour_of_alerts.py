"""The two minutes of docs/rules.md run as they are printed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
PORT = "8999"


def typed() -> str:
    """Return what is typed, with the files that are typed as well, and without answers."""
    tour = PAGE.read_text("utf-8").partition("from nothing to an alert")[2].partition("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", tour, re.DOTALL)
    entry = r"^\$ ([^\n]*<< END\n.*?\nEND|[^\n]*)$"
    return "\n".join(re.findall(entry, "".join(blocks), re.MULTILINE | re.DOTALL))


def test_the_two_minutes_run_as_they_are_printed(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """A number is too high, somebody is told, takes care of it, and is told that it is over."""
    own = {name: value for name, value in os.environ.items() if "BLINKENLIGHTS_" not in name}
    # A busy machine takes longer than whoever reads.
    script = re.sub(r"sleep \d", "sleep 12", typed()).replace(PORT, str(free_port()))

    done = subprocess.run(
        ["/bin/bash"],
        input=f"{script}\nwait\njobs\n",
        cwd=tmp_path,
        env=own | {"PATH": f"{Path(sys.executable).parent}:{own['PATH']}"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )

    why = "queue is long: mail.queue: value was 120, limit 100"
    assert "1 rule in 1 file, nothing is wrong" in done.stdout
    assert f"\nWARNING: {why}, since " in done.stdout
    assert f"RULE WARNING: {why}, for " in done.stdout
    assert "acknowledged: queue is long: mail.queue\n" in done.stdout
    assert re.search(r"\nacknowledged by .* \(more workers\): queue is long: mail", done.stdout)
    assert "\nsilenced until " in done.stdout
    assert "\nOK again: queue is long: mail.queue, was warning for " in done.stdout
    assert "told         OK again: queue is long: mail.queue" in done.stdout
    assert "Traceback" not in done.stderr
    assert "Running" not in done.stdout
