"""Command lines that ask what is usual for one thing."""

from collections.abc import Sequence

from blinkenlights.kinds.command_lines import CommandLine, check_line, own_line

SORTS = ("client", "source", "metric")
"""Subjects of which it is learned; options of the check have the same names."""


def asking(subject: str, name: str) -> Sequence[CommandLine]:
    """Return how it is asked whether a thing is as usual, and what that is; nothing of others."""
    if subject not in SORTS:
        return ()
    return (
        check_line("Is it as usual at this hour?", "check_expected_rate", subject, name),
        own_line("What is usual for it, hour by hour?", "expected", "show", name=name),
    )
