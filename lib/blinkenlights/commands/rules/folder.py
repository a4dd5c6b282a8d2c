"""The folder of rules that a command is about."""

import os
from argparse import Namespace
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.config import load
from blinkenlights.errors import ConfigError, UsageError
from blinkenlights.rules.files.collection import RuleFolder
from blinkenlights.yaml_files.folder import is_read

NO_FOLDER = (
    "alert.rules is not set, so nobody knows where the rules are; name the folder there, or behind "
    "the command"
)


def path_of(options: Namespace) -> Path:
    """Return the folder, or the file, that was named, else that of the configuration.

    Raises ConfigError without any, UsageError when it is not there.
    """
    named = options.folder or load(options.config).alert.rules
    if not named:
        raise ConfigError(NO_FOLDER)
    path = Path(named)
    if not path.exists():
        raise UsageError(f"{path} is not there; name the folder of rules")
    if path.is_file() and not is_read(path.name):
        raise UsageError(f"{path} is not read: the name of a file of rules ends in .yml or .yaml")
    return path


def opened(path: Path, *, with_secrets: bool = True) -> RuleFolder:
    """Return the folder at a path, or the one of a file, as it is now."""
    environment = os.environ if with_secrets else None
    folder = RuleFolder(path.parent if path.is_file() else path, environment, wall_clock)
    folder.look()
    return folder
