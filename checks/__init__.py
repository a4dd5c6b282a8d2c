"""The check plugins: one module each, with its options, what it fetches and how it judges.

The program `check_heartbeat` calls what is called `heartbeat` here, and so on; setup.py makes a
program of every module `check_*.py`.
"""

from blinkenlights.plugin.entry import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def __getattr__(name: str) -> "Callable[[], None]":
    """Return what is the program `check_<name>`: it answers the command line and exits."""
    # A module here is asked for as an attribute first, and looked for when there is none.
    if name.startswith(("_", "check_")):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def program() -> None:
        run(name)

    return program
