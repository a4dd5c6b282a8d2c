"""The two minutes of docs/rules.md run as they are printed."""

import re
from collections.abc import Callable
from pathlib import Path

from printed_tours import run_typed, typed

PORT = "8999"


def test_the_two_minutes_run_as_they_are_printed(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """A number is too high, somebody is told, takes care of it, and is told that it is over."""
    script = typed("rules.md", "from nothing to an alert").replace(PORT, str(free_port()))

    # A busy machine takes longer than whoever reads.
    done = run_typed(re.sub(r"sleep \d", "sleep 12", script), tmp_path, 150)

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
