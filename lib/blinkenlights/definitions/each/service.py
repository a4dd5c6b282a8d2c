"""What a service of one thing, or of a group of things, is for every core."""

from typing import NamedTuple

from blinkenlights.definitions.each.shell import shell_word
from blinkenlights.definitions.option_table import Option
from blinkenlights.kinds.kind import Check


class Service(NamedTuple):
    """A service that checks one thing, or a group of them."""

    name: str
    """Of the service, in characters that every core takes: see naming.py."""
    title: str
    """How it is shown: `Heartbeats billing`."""
    check: Check
    option: Option
    """The option of the check that takes `glob`."""
    glob: str
    """What is asked for: a glob that matches one name only, or that of a group."""
    url: str
    """Its page of the web server; empty where that is not known, or where it has none."""
    flags: tuple[Option, ...] = ()
    """Further options, which take nothing."""

    @property
    def words(self) -> str:
        """What stands behind the check in a shell."""
        flags = [each.flag for each in self.flags]
        return " ".join([*flags, f"{self.option.flag}={shell_word(self.glob)}"])
