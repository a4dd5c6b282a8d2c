"""What the command `send` does with one signal: its options, and the message that they make."""

from abc import ABC, abstractmethod
from argparse import ArgumentParser, ArgumentTypeError, Namespace

import msgspec

from blinkenlights.errors import UsageError
from blinkenlights.plugin.ranges import duration


class Sending(ABC):
    """How one message of a signal is made from a command line."""

    help: str
    """Its line in the list of subcommands."""
    description: str
    """What it is for, with a full stop."""
    epilog: str
    """An example."""
    is_repeated: bool = False
    """Whether --every is taken, which sends one every so often. It is then in the options."""

    @abstractmethod
    def add_options(self, parser: ArgumentParser) -> None:
        """Add the options of this signal. Those that say where to send to are everybody's."""

    @abstractmethod
    def message(self, options: Namespace, now: float) -> bytes:
        """Return one line of JSON that names the signal.

        Raises UsageError when a collector would refuse it or would leave out a part of it.
        """

    @abstractmethod
    def named(self, options: Namespace) -> str:
        """Return what the message is about, for the answer to who sent it."""

    @abstractmethod
    def component(self, options: Namespace) -> str:
        """Return who is at work, which stands for the wildcards of a routing key."""

    def check_key(self, key: str) -> None:
        """Raise UsageError when the message would be taken for something else under this key."""
        del key


def positive_duration(text: str) -> float:
    """Return the seconds in `5m`; raises ArgumentTypeError for none at all."""
    seconds = duration(text)
    if seconds <= 0:
        raise ArgumentTypeError(f"{text!r} is no time at all; write 60, 90s, 5m or 1d")
    return seconds


def one_line(message: dict[str, object]) -> bytes:
    """Return the message as JSON; raises UsageError when it is not text."""
    try:
        return msgspec.json.encode(message)
    except UnicodeEncodeError:
        raise UsageError("the command line is not text in UTF-8; send other characters") from None
