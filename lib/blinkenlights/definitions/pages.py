"""Writes the --help of each check into its page in docs/, and the rights of users into theirs.

Run by `make definitions` as `python -m blinkenlights.definitions.pages docs`.
"""

import sys
from importlib import import_module
from pathlib import Path

from blinkenlights.definitions.users import write_rights
from blinkenlights.kinds.registry import checks

BEGIN = "<!-- --help: written by `make definitions` -->\n"
END = "<!-- end of --help -->"


def page_with_help(page: str, check: str) -> str:
    """Return a page with the check's present help between its marks.

    Raises:
        ValueError: The page does not have both marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/check_{check}.md needs the lines {BEGIN.strip()} and {END}")
    help_text = import_module(f"blinkenlights.checks.check_{check}").options().format_help()
    return f"{before}{BEGIN}```text\n{help_text.rstrip()}\n```\n{END}{after}"


def write_pages(folder: Path) -> None:
    """Renew the page of every check in `folder`."""
    for check in checks():
        path = folder / f"{check.program}.md"
        path.write_text(page_with_help(path.read_text("utf-8"), check.name), "utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
    write_rights(Path(sys.argv[1]) / "security.md")
