"""Whatever dies at whatever step: what was queued is told, and what was told is ended."""

from pathlib import Path

from alert.killing import kill
from servers.valkey import Valkey

KILLS = 20


def test_processes_killed_at_any_step_lose_no_notice_and_end_nothing_falsely(
    valkey: Valkey, tmp_path: Path
) -> None:
    """`python bench/run.py alert-kills` does the same with a thousand."""
    killed = kill(valkey, tmp_path, KILLS, at_once=5, seed="suite")

    assert killed.faults() == {}
    assert killed.deaths.total() == KILLS
    assert killed.queued > KILLS
