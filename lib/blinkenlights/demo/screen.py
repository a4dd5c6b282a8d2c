"""How the demo looks: colours and a live line in a terminal, plain lines in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from blinkenlights.demo.asking import Answer

COLOURS = {"OK": "green", "WARNING": "yellow", "CRITICAL": "red", "UNKNOWN": "magenta"}


class Screen:
    """Where the demo tells its story."""

    def __init__(self) -> None:
        # Lines are left whole, so that a command can be copied from them.
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    @property
    def is_live(self) -> bool:
        """Whether somebody watches who sees a line change."""
        return self._console.is_terminal

    def say(self, text: str, style: str = "") -> None:
        """Print a line."""
        self._console.print(Text(text, style))

    def show(self, elapsed: float, story: str, command: str, answer: Answer) -> None:
        """Print a stop of the tour: what happens, what to type, what comes."""
        colour = _colour(answer)
        self._console.print(
            Text.assemble(
                (f"\n{elapsed:4.1f}s  ", "dim"),
                (f" {answer.state} ", f"bold reverse {colour}"),
                (f"  {story}", "bold"),
            )
        )
        self._console.print(Text.assemble(("  $ ", "dim"), (command, "cyan")))
        for line in answer.text.split("\n"):
            self._console.print(Text(f"  {line}", colour))

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show that something is waited for; in a pipe, nothing."""
        if not self.is_live:
            yield
            return
        with self._console.status(Text(text)):
            yield

    @contextmanager
    def live(self) -> Iterator[Callable[[list[Answer]], None]]:
        """Give a function that shows answers in place of those before; in a pipe, below them."""
        if not self.is_live:
            yield lambda answers: self.say("\n".join(map(_line, answers)))
            return
        with self._console.status("") as status:
            yield lambda answers: status.update(
                Text("\n").join(Text(_line(each), _colour(each)) for each in answers)
            )


def _line(answer: Answer) -> str:
    return answer.text.partition("\n")[0].partition(" | ")[0]


def _colour(answer: Answer) -> str:
    return COLOURS.get(answer.state, "red")
