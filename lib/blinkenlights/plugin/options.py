"""Options that every check has, and a parser that speaks the plugin protocol.

A check's parser is the one table from which --help, the definitions in icinga/ and the pages in
docs/ are made.
"""

import argparse
from typing import NoReturn

from blinkenlights import __version__
from blinkenlights.plugin.ranges import duration
from blinkenlights.plugin.words import LINE_BYTES, clean, shorten

TIMEOUT = 8.0
"""Seconds; below the 10 s after which NRPE and others cut a plugin off themselves."""
LONGEST_TIMEOUT = 3600.0
STATES = ("ok", "warning", "critical", "unknown")


class Leave(Exception):  # noqa: N818 - not an error: the answer is this text
    """The command line asks for something else than a check; the exit code is UNKNOWN all the same.

    An exit of 0 for --help "may run unnoticed" as OK (monitoring-plugins pull request 1363).
    """


class OptionParser(argparse.ArgumentParser):
    """A parser that raises `Leave` where argparse would exit with 2, which is CRITICAL."""

    def __init__(self, check: str, purpose: str, examples: str) -> None:
        """Take the command's name, one sentence on what it does, and the examples for --help."""
        super().__init__(
            prog=f"check_{check}",
            description=purpose,
            epilog="Examples:\n" + examples,
            formatter_class=_formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self.check = check

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line in one line."""
        line = f"{self.check.upper()} UNKNOWN: {message}; try --help"
        raise Leave(shorten(clean(line), LINE_BYTES))


class _Formatter(argparse.HelpFormatter):
    """Eighty columns, whatever the terminal: the guidelines' width. Examples stand as written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80, max_help_position=26)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        # Python 3.13 says `-w, --warning AGE`; the pages in docs/ are one text for all versions.
        if action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, action.dest.upper())
        return ", ".join(f"{option} {value}" for option in action.option_strings)


def _formatter(prog: str) -> argparse.HelpFormatter:
    return _Formatter(prog)


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise Leave(f"{parser.prog} {__version__}\n\n{parser.format_help()}".rstrip())


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise Leave(f"{parser.prog} {__version__}")


def _patience(text: str) -> float:
    seconds = duration(text)
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and an hour")
    return seconds


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add where the store is and how to answer."""
    store = parser.add_argument_group("store")
    store.add_argument(
        "--redis",
        metavar="URL",
        help="store to ask: redis://host:6379/0, rediss:// for TLS, or unix:///path (default: "
        "BLINKENLIGHTS_STORE_URL, else the configuration file, else the embedded store, else "
        "REDIS_URL, else redis://127.0.0.1:6379/0)",
    )
    store.add_argument(
        "--password-file",
        metavar="PATH",
        help="file with the store's password on its first line (default: "
        "BLINKENLIGHTS_STORE_PASSWORD or the configuration file)",
    )
    store.add_argument(
        "--config",
        metavar="PATH",
        help="configuration file (default: BLINKENLIGHTS_CONFIG, else "
        "/etc/blinkenlights/blinkenlights.toml)",
    )
    answer = parser.add_argument_group("answer")
    answer.add_argument(
        "-t",
        "--timeout",
        metavar="SECONDS",
        type=_patience,
        default=TIMEOUT,
        help="answer UNKNOWN after this time at the latest (default: 8)",
    )
    answer.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="list each problem on a line; -vv also what is known of the collectors",
    )
    answer.add_argument("--json", action="store_true", help="print everything as one JSON object")
    answer.add_argument("--no-perfdata", action="store_true", help="leave performance data out")
    answer.add_argument(
        "-V", "--version", nargs=0, action=_Version, help="print the version and exit with 3"
    )
    answer.add_argument(
        "-h", "--help", nargs=0, action=_Help, help="print this help and exit with 3"
    )
