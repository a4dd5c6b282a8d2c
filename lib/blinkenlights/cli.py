"""The command `blinkenlights`: finds the subcommand, runs it, and words its errors.

Exit codes: 0 done, 1 could not be done, 2 the command line is wrong, 130 ended by Ctrl-C.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword

from blinkenlights import __version__
from blinkenlights.errors import BlinkenlightsError, UsageError
from blinkenlights.invisible import composed

COMMANDS = {
    "up": "run everything on this machine in one process, with a store of its own",
    "collect": "take signals from brokers and sockets into the store",
    "log": "show transfers as they are reported, or capture the log into daily files",
    "route": "copy the log of all transfers to an exchange for each source",
    "broker": "set up exchanges, queues and permissions on a broker",
    "speedo": "publish how much goes through to clients and from sources, or show it live",
    "inflight": "show the transfers in flight, now or at a moment of the last hour",
    "probe": "probe endpoints when they are due, or look at one and at its file",
    "alert": "evaluate rules and tell of alerts, or acknowledge and silence them",
    "rules": "say what is wrong with rules, before they alarm anybody",
    "web": "serve the status page and the JSON API, or manage their tokens",
    "send": "send a signal, for cron jobs and scripts",
    "expect": "declare who has to be heard, or list them",
    "forget": "remove what will not come back",
    "quarantine": "keep machines from alarming anybody while somebody works on them",
    "annotate": "note what happened, as a mark on curves",
    "import": "take over what another listener knew of machines",
    "export": "print when machines were last seen, for another program",
    "expected": "try on a file what is usual for a series, and what would have alarmed",
    "rejected": "show what could not be parsed, how often, and the last of it",
    "config": "check the configuration, or print what can be configured",
    "icinga": "write the files that Icinga and Nagios need",
}
"""Each has a module in `blinkenlights.commands` with `add_parser` and `run`; only the one that is
asked for is imported, so that help and errors are quick."""

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`, else that of this process; returns the exit code."""
    # Names are kept composed; a keyboard or a file name may write them otherwise.
    words = list(map(composed, sys.argv[1:] if argv is None else argv))
    for stream in (sys.stdout, sys.stderr):
        # A name may hold what the terminal's encoding has no character for.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(words)
    except UsageError as error:
        sys.stderr.write(f"blinkenlights: {error}\n")
        return MISUSED
    except BlinkenlightsError as error:
        sys.stderr.write(f"blinkenlights: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain again while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED


def _run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="blinkenlights",
        description="Which of the things that talk over our broker have fallen silent?",
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"blinkenlights {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    module = None
    for name, summary in COMMANDS.items():
        if words[:1] == [name]:
            module = import_module(f"blinkenlights.commands.{name}{'_' * iskeyword(name)}")
            module.add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    options, more = parser.parse_known_args(words)
    _take(more, options, parser)
    return int(module.run(options)) if module else MISUSED


def _take(more: list[str], options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Put words that stand behind options where argparse would have put them before."""
    if not more:
        return
    taker = getattr(options, "takes_more", None)
    if taker is None or any(word.startswith("-") for word in more):
        parser.error(f"not understood: {' '.join(more)}")
    getattr(options, taker).extend(more)
