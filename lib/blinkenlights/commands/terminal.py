"""What commands print: tables and colour in a terminal, plain text in a pipe, JSON when asked.

Names come from outside, so nothing but printable characters ever reaches a terminal.
"""

import json
import sys
from collections.abc import Callable, Sequence

from blinkenlights.invisible import is_all_seen, is_seen, with_blanks_seen

_SAID_FROM = 1000
"""How many make progress worth a line."""


def printable(text: str) -> str:
    r"""Return `text` with all that does not print as an escape: ESC becomes `\x1b`."""
    if is_all_seen(text):
        return text
    return "".join(each if is_seen(each) else _escape(each) for each in text)


def say(*lines: str) -> None:
    """Print lines."""
    sys.stdout.writelines(f"{printable(line)}\n" for line in lines)
    sys.stdout.flush()


def progress(done: str) -> Callable[[int, int], None]:
    """Return what tells a terminal how far something is, on one line of standard error.

    It says nothing where there is no terminal, or where it is done at once.
    """

    def tell(number: int, of: int) -> None:
        if number == of > _SAID_FROM:
            sys.stderr.write("\r\x1b[K")
        elif of > _SAID_FROM:
            sys.stderr.write(f"\r{number:,} of {of:,} {done}")
        sys.stderr.flush()

    return tell if sys.stderr.isatty() else lambda _number, _of: None


def say_json(value: object) -> None:
    """Print plain data as JSON in ASCII."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def say_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under headers, in columns with two blanks between them."""
    safe = [[with_blanks_seen(printable(cell), r"\x20") for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw_table(headers, safe)
        return
    widths = [max(map(len, column)) for column in zip(headers, *safe, strict=True)]
    for row in (headers, *safe):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        say("  ".join(cells).rstrip())


def _draw_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - dear to import, and not for pipes
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*headers, header_style="bold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
