"""NRPE: a command for each thing."""

from collections.abc import Sequence

from blinkenlights.definitions.each.service import Service
from blinkenlights.definitions.nrpe import COMMAND

_HEAD = """\
# Blinkenlights for NRPE: a command for each thing, called as its service is elsewhere.
# Written by `blinkenlights icinga --each`, which replaces this file as a whole.

"""


def text_of(services: Sequence[Service]) -> str:
    """Return the file for /etc/nagios/nrpe.d."""
    return _HEAD + "".join(
        COMMAND.format(name=each.name, program=each.check.program) + f" {each.words}\n"
        for each in services
    )
