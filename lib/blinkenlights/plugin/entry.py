"""The first and the last line of every check.

Standard library only at the top, and little of it: a missing dependency must end in UNKNOWN with a
sentence, and the deadline must be running before anything dear is imported, typing included.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.plugin import deadline, postponed_imports

UNKNOWN = 3
FIRST_DEADLINE = 8.0
"""Seconds until the options are read and say otherwise."""


def run(name: str) -> None:
    """Be the program `check_<name>`: answer the command line on stdout and exit with its state."""
    deadline.arm(name.upper(), FIRST_DEADLINE)
    # A check ends before there is anything to collect.
    gc.disable()
    postponed_imports.postpone()
    code, text = answer(
        name, sys.argv[1:], wall_clock, lambda seconds: deadline.arm(name.upper(), seconds)
    )
    deadline.busy_with("printing the answer")
    data = (text + "\n").encode(errors="backslashreplace")
    try:
        while data:
            data = data[os.write(1, data) :]
    finally:
        # Skips taking the interpreter apart, a tenth of a check's time; and when nobody reads what
        # we say, the state still counts.
        os._exit(code)


def answer(
    name: str,
    arguments: Sequence[str],
    clock: Clock,
    set_deadline: Callable[[float], None] = lambda _: None,
) -> tuple[int, str]:
    """Return the exit code and the output of a check. Whatever happens is an answer.

    `set_deadline` is told how many seconds the options allow.
    """
    verbose = 0
    try:
        from importlib import import_module  # noqa: PLC0415

        from blinkenlights.errors import BlinkenlightsError  # noqa: PLC0415
        from blinkenlights.invisible import composed  # noqa: PLC0415
        from blinkenlights.plugin.answer import Answer  # noqa: PLC0415
        from blinkenlights.plugin.options import Leave  # noqa: PLC0415
        from blinkenlights.plugin.words import clean  # noqa: PLC0415

        module = import_module(f"blinkenlights.checks.check_{name}")
        try:
            parser = module.options()
            options = parser.parse_args(list(map(composed, arguments)))
            verbose = options.verbose
            set_deadline(options.timeout)
            try:
                found = module.check(parser, options, clock)
            except BlinkenlightsError as error:
                found = Answer(name, UNKNOWN, clean(str(error)))
            if options.json:
                return found.code, found.json()
            with_figures = not options.no_perfdata
            return found.code, found.text(with_details=verbose > 0, with_figures=with_figures)
        except Leave as leave:
            return UNKNOWN, str(leave)
    except KeyboardInterrupt:
        return UNKNOWN, f"{name.upper()} UNKNOWN: interrupted"
    except BaseException as error:  # noqa: BLE001 - any way to die is an UNKNOWN with a sentence
        said = ": ".join(filter(None, (type(error).__name__, str(error))))
        return UNKNOWN, _unknown(name, said, verbose)


def _unknown(name: str, sentence: str, verbose: int = 0) -> str:
    line = f"{name.upper()} UNKNOWN: {sentence}"
    try:
        from blinkenlights.plugin.words import LINE_BYTES, clean, shorten  # noqa: PLC0415

        line = shorten(clean(line), LINE_BYTES)
    except ImportError:
        line = " ".join(line.replace("|", "/").split())
    if verbose > 0:
        import traceback  # noqa: PLC0415

        line += "\n" + traceback.format_exc().strip().replace("|", "/")
    return line
