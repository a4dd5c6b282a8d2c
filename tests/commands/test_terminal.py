"""What commands print is safe for a terminal and plain in a pipe."""

import io
import sys

import pytest

from blinkenlights.commands.terminal import printable, say, say_table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("SMPP Transport 1", "SMPP Transport 1", id="plain"),
        pytest.param("Zürich 東京", "Zürich 東京", id="letters-of-the-world"),
        pytest.param("\x1b[2Jx", "\\x1b[2Jx", id="escape"),
        pytest.param("a\nb\rc\td", "a\\x0ab\\x0dc\\x09d", id="line-ends"),
        pytest.param("\x9b2J", "\\x9b2J", id="c1-control"),
        pytest.param("a\u202eb", "a\\u202eb", id="right-to-left-override"),
        pytest.param("\U000e0001", "\\U000e0001", id="tag"),
        pytest.param("\ud800", "\\ud800", id="surrogate"),
    ],
)
def test_only_printable_characters_are_printed(text: str, shown: str) -> None:
    """Control and invisible characters become escapes; all others stay."""
    assert printable(text) == shown


def test_a_table_in_a_pipe_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe a table is columns of text, without colour or frames."""
    say_table(("component", "is"), [("a\x1b", "late"), ("billing", "silent")])

    assert capsys.readouterr().out == ("component  is\na\\x1b      late\nbilling    silent\n")


def test_a_table_in_a_terminal_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal a table has a frame, and names keep their brackets."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm")

    say_table(("component",), [("[red]x[/red]\x1b[2J",)])

    assert "[red]x[/red]\\x1b[2J" in screen.getvalue()
    assert "┃" in screen.getvalue()


def test_a_terminal_that_knows_few_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the terminal's encoding lacks becomes an escape, as `blinkenlights` sets it up."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii", errors="backslashreplace"))

    say("Zürich")

    sys.stdout.flush()
    assert raw.getvalue() == b"Z\\xfcrich\n"
