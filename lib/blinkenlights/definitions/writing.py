"""All definition files, and how they get into a folder."""

from pathlib import Path

from blinkenlights.definitions import director, icinga2, nagios, notifications, nrpe
from blinkenlights.definitions.file import File


def all_files() -> list[File]:
    """Return every file below icinga/ that follows from options of checks and commands."""
    return [
        *icinga2.files(),
        *nagios.files(),
        *nrpe.files(),
        *director.files(),
        *notifications.files(),
    ]


def write(folder: Path) -> list[Path]:
    """Write all files below `folder`, replacing what is there; returns their paths.

    Raises:
        OSError: A folder or file cannot be written.
    """
    written = []
    for file in all_files():
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        written.append(path)
    return written
