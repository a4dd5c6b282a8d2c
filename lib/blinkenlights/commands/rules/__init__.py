"""`blinkenlights rules`: what helps to write rules. Nothing of it alarms anybody."""

import argparse
from argparse import Namespace
from collections.abc import Mapping
from typing import Protocol

from blinkenlights.commands.options import SubParsers
from blinkenlights.commands.rules import linting, past_firing, showing, trying


class Action(Protocol):
    """A module that does one thing."""

    def add_parser(self, actions: SubParsers) -> None:
        """Add the subcommand."""

    def run(self, options: Namespace) -> int:
        """Do it; returns the exit code."""


ACTIONS: Mapping[str, Action] = {
    "lint": linting,
    "show": showing,
    "test": trying,
    "when": past_firing,
}


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its subcommands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "rules",
        description="Look at the files of rules: what is wrong with them, and what they do.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for module in ACTIONS.values():
        module.add_parser(actions)


def run(options: Namespace) -> int:
    """Do what was asked; returns the exit code."""
    return ACTIONS[options.action].run(options)
