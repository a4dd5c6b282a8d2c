"""Command lines that ask about one thing, or declare it, to be copied into a shell."""

import shlex
from collections.abc import Sequence
from glob import escape
from typing import NamedTuple


class CommandLine(NamedTuple):
    """A command line, and what it is good for."""

    purpose: str
    line: str
    program: str = ""
    """The check that is asked; empty where none is."""
    option: str = ""
    """The option of that check which takes a name or a glob: `--name`."""
    flags: Sequence[str] = ()
    """Further options of that check, which take nothing."""


def check_line(
    purpose: str, program: str, option: str, name: str, flags: Sequence[str] = ()
) -> CommandLine:
    """Return how a check is asked about one thing alone: `check_x --option=NAME -v`."""
    # With an equals sign, because a name may begin with a dash.
    flag = f"--{option}"
    line = _quoted(purpose, program, *flags, f"{flag}={escape(name)}", "-v")
    return line._replace(program=program, option=flag, flags=flags)


def own_line(purpose: str, *words: str, name: str) -> CommandLine:
    """Return how our own command is called for one thing: `blinkenlights WORDS -- NAME`."""
    return _quoted(purpose, "blinkenlights", *words, "--", name)


def own_option_line(purpose: str, *words: str, option: str, name: str) -> CommandLine:
    """Return how our own command is called with the name as an option: `... --option=NAME`."""
    return _quoted(purpose, "blinkenlights", *words, f"--{option}={name}")


def _quoted(purpose: str, *words: str) -> CommandLine:
    return CommandLine(purpose, shlex.join(words))
