"""The files for all cores, and how they are kept in step with what is known."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from blinkenlights.definitions.each import director, icinga2, nagios, nrpe
from blinkenlights.definitions.each.service import Service
from blinkenlights.definitions.file import File

_BASKET = "director/each.json"


class Change(NamedTuple):
    """A file that is to be another one."""

    path: Path
    before: str
    """Empty when there is no such file."""
    after: str

    def diff(self) -> list[str]:
        """Return the lines of a unified diff."""
        return list(
            difflib.unified_diff(
                self.before.splitlines(),
                self.after.splitlines(),
                str(self.path),
                str(self.path),
                lineterm="",
            )
        )


def files(services: Sequence[Service]) -> list[File]:
    """Return the files for all cores."""
    return [
        File("icinga2/blinkenlights-each.conf", icinga2.text_of(services)),
        File("nagios/each.cfg", nagios.text_of(services)),
        File("nrpe/blinkenlights-each.cfg", nrpe.text_of(services)),
        File(_BASKET, director.text_of(services)),
    ]


def services_in(folder: Path) -> set[str]:
    """Return the names of the services that were written below a folder; raises OSError."""
    return director.names_in(_read(folder / _BASKET))


def changes(folder: Path, services: Sequence[Service]) -> list[Change]:
    """Return the files below a folder that do not say what they should; raises OSError."""
    found = [
        Change(folder / file.path, _read(folder / file.path), file.text) for file in files(services)
    ]
    return [change for change in found if change.before != change.after]


def write(change: Change) -> None:
    """Replace one file, so that a core reads the old one or the new one; raises OSError."""
    change.path.parent.mkdir(parents=True, exist_ok=True)
    # Not with a name that a core would read: it takes all of a folder that end as ours do.
    unfinished = change.path.with_name(f".{change.path.name}.new")
    unfinished.write_text(change.after, encoding="utf-8", errors="surrogateescape")
    os.replace(unfinished, change.path)  # noqa: PTH105


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""
