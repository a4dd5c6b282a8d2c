"""The options of a check, read from its argparse parser, which is their only table."""

import argparse
from typing import NamedTuple

NOT_FOR_CORES = frozenset({"--help", "--version", "--json"})
"""Options for people and scripts: with them the first line is no plugin output."""

SHARED = frozenset({"--redis", "--config", "--password-file", "--timeout"})
"""Options that say where the store is: set once on a host, they hold for all its checks."""


class Option(NamedTuple):
    """One option of a check, in the words of monitoring cores."""

    flag: str
    """Its long form: `--no-perfdata`."""
    variable: str
    """The custom variable that sets it: `blinkenlights_heartbeat_no_perfdata`."""
    description: str
    """The help text on one line, with defaults filled in."""
    takes_value: bool
    repeatable: bool
    """The option may be given several times, each time with a value."""


def read_options(check: str, parser: argparse.ArgumentParser) -> list[Option]:
    """Return the options of a check that make sense in a monitoring core, in the order of --help.

    Raises:
        ValueError: An option has no long form or no help, so nobody could set or understand it.
    """
    # A word without an option is for people; whatever it says can be said by an option as well.
    actions = [each for each in parser._actions if each.option_strings]  # noqa: SLF001
    options = [_read(check, parser, action) for action in actions]
    return [option for option in options if option.flag not in NOT_FOR_CORES]


def _read(check: str, parser: argparse.ArgumentParser, action: argparse.Action) -> Option:
    flag = next((name for name in action.option_strings if name.startswith("--")), "")
    if not flag or not action.help:
        raise ValueError(f"{parser.prog}: {action.dest} needs a long option and a help text")
    word = flag.removeprefix("--").replace("-", "_")
    help_text = action.help % (vars(action) | {"prog": parser.prog})
    return Option(
        flag=flag,
        variable=f"blinkenlights_{word}" if flag in SHARED else f"blinkenlights_{check}_{word}",
        description=" ".join(help_text.split()),
        takes_value=action.nargs != 0,
        repeatable=isinstance(action, argparse._AppendAction),  # noqa: SLF001
    )
