"""The folder of rules that a command is about."""

import os
from argparse import ArgumentParser, Namespace
from difflib import get_close_matches
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.config import load
from blinkenlights.errors import ConfigError, UsageError
from blinkenlights.globs import matcher
from blinkenlights.rules.files.collection import RuleCollection, RuleFolder
from blinkenlights.yaml_files.folder import is_read

NO_FOLDER = "alert.rules is not set, so nobody knows where the rules are; name it there, or "


def path_of(options: Namespace) -> Path:
    """Return the folder, or the file, that was named, else that of the configuration.

    Raises ConfigError without any, UsageError when it is not there.
    """
    named = options.folder or load(options.config).alert.rules
    if not named:
        here = "behind the command" if options.action == "lint" else "with --rules"
        raise ConfigError(NO_FOLDER + here)
    path = Path(named)
    if not path.exists():
        raise UsageError(f"{path} is not there; name the folder of rules")
    if path.is_file() and not is_read(path.name):
        raise UsageError(f"{path} is not read: the name of a file of rules ends in .yml or .yaml")
    return path


def add_folder(parser: ArgumentParser) -> None:
    """Add the option for the folder, where the words of a command are about something else."""
    parser.add_argument(
        "--rules",
        dest="folder",
        metavar="DIR",
        help="the folder, or one file of it (default: alert.rules)",
    )


def followed(path: Path, name: str = "*") -> RuleCollection:
    """Return what a folder or a file says, with those rules only whose names match.

    What is wrong with other rules is among the problems. Raises UsageError when there are none.
    """
    found = opened(path, with_secrets=False).collection()
    file = path.name if path.is_file() else ""
    wanted = matcher([name])
    rules = {
        each.name: each
        for each in found.rules.values()
        if wanted(each.name) and file in ("", each.file)
    }
    if not rules:
        raise UsageError(_nothing(path, name, found))
    return found._replace(rules=rules)


def _nothing(path: Path, name: str, found: RuleCollection) -> str:
    if name == "*":
        why = f": {found.problems[0]}" if found.problems else ""
        return f"{path} has no rules{why}"
    close = get_close_matches(name, found.rules, 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    if not close and found.problems:
        hint = f"; not all of them can be used: {found.problems[0]}"
    return f"no file in {path} has a rule {name!r}{hint}"


def opened(path: Path, *, with_secrets: bool = True) -> RuleFolder:
    """Return the folder at a path, or the one of a file, as it is now."""
    environment = os.environ if with_secrets else None
    folder = RuleFolder(path.parent if path.is_file() else path, environment, wall_clock)
    folder.look()
    return folder
