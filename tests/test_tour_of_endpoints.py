"""The two minutes of docs/endpoints.md run as they are printed."""

from collections.abc import Callable
from pathlib import Path

from printed_tours import run_typed, typed

PORT = "8481"


def test_the_two_minutes_run_as_they_are_printed(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """An endpoint is good by hand, turns red by the prober, and nothing is left behind."""
    script = typed("endpoints.md", "from nothing to a red check").replace(PORT, str(free_port()))

    # A busy machine takes longer to start than whoever reads.
    done = run_typed(script.replace("sleep 8\n", "sleep 15\n"), tmp_path, 120)

    assert "1 endpoint in 1 file, nothing is wrong" in done.stdout
    assert "ENDPOINT OK: shop/health good" in done.stdout
    assert "ENDPOINT CRITICAL: shop/health failing for" in done.stdout
    assert "json.queue.depth was 250, want less than 100" in done.stdout
    assert "PROBE OK: prober probe-" in done.stdout
    assert "Traceback" not in done.stderr
    assert "Running" not in done.stdout
