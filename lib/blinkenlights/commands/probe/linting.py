"""`blinkenlights probe lint`: what is wrong with a folder of endpoint files."""

import os
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.plugin.words import count
from blinkenlights.probe.files.collection import Collection, EndpointFolder
from blinkenlights.yaml_files.folder import is_read


def run(path: Path, *, as_json: bool) -> int:
    """Say all that is wrong; returns 1 when anything is, else 0. Raises UsageError."""
    if not path.exists():
        raise UsageError(f"{path} is not there; name the folder of endpoint files")
    is_file = path.is_file()
    if is_file and not is_read(path.name):
        raise UsageError(f"{path} is not read: the name of a file ends in .yml or .yaml")
    folder = EndpointFolder(path.parent if is_file else path, os.environ, wall_clock)
    folder.look()
    found = folder.collection()
    problems = [each for each in found.problems if not is_file or each.file == path.name]
    if as_json:
        said = [
            {"file": each.file, "line": each.line, "problem": each.sentence} for each in problems
        ]
        say_json({"problems": said, "endpoints": sorted(found.endpoints)})
        return int(bool(problems))
    say(*map(str, problems))
    if not problems:
        say(_all_well(found, path if is_file else None))
    return int(bool(problems))


def _all_well(found: Collection, file: Path | None) -> str:
    endpoints = [e for e in found.endpoints.values() if file is None or e.file == file.name]
    files = 1 if file else found.files
    number = count(len(endpoints), "endpoint")
    return f"{number} in {count(files, 'file')}, nothing is wrong"
