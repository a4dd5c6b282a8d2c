"""What is wrong with a folder of endpoint files, without a probe."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from blinkenlights.clock import Clock
from blinkenlights.probe.files.collection import EndpointFolder, Problem


def lint(folder: Path, environment: Mapping[str, str], clock: Clock) -> Sequence[Problem]:
    """Return all that is wrong, by file and line; empty for a folder that can be used as it is."""
    files = EndpointFolder(folder, environment, clock)
    files.look()
    return sorted(files.collection().problems, key=lambda each: (each.file, each.line))
