"""The command `blinkenlights`: finding the subcommand, exit codes, what is said of errors."""

import argparse
import importlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import blinkenlights.commands
from blinkenlights import __version__
from blinkenlights.cli import COMMANDS, main
from blinkenlights.errors import BlinkenlightsError, ConfigError, StoreUnreachable, UsageError
from commands.calling import Command, Start


def test_help_imports_nothing_dear() -> None:
    """`blinkenlights --help` loads no subcommand and none of the libraries that they need."""
    program = (
        "import sys; from blinkenlights.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    listed, _, loaded = done.stdout.rstrip().rpartition("\n")
    assert not {"pika", "redis", "msgspec", "rich", "asyncio"} & set(loaded.split())
    assert all(name in listed for name in COMMANDS)


def test_every_command_has_its_module() -> None:
    """The list of commands names those modules that have a parser and can be run.

    One that is a keyword of Python has a module with an underscore behind its name.
    """
    folder = Path(blinkenlights.commands.__path__[0])
    modules = {
        path.stem if path.suffix else path.name
        for path in folder.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    runnable = {
        name.removesuffix("_")
        for name in modules - {"__init__"}
        if hasattr(importlib.import_module(f"blinkenlights.commands.{name}"), "add_parser")
    }

    assert runnable == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str, command: Command) -> None:
    """Each command has a help text, which ends with exit code 0."""
    found = command(name, "--help")

    assert found.code == 0
    assert found.out.startswith(f"usage: blinkenlights {name}")


def test_version(command: Command) -> None:
    """--version says name and version."""
    assert command("--version") == (0, f"blinkenlights {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="no-command"),
        pytest.param(["collekt"], id="unknown-command"),
        pytest.param(["expect", "--mim", "2", "x"], id="unknown-option"),
        pytest.param(["collect", "x"], id="a-word-too-many"),
        pytest.param(["up", "--once"], id="once-without-demo"),
        pytest.param(["forget"], id="forget-nothing"),
        pytest.param(["expect", "--retired"], id="retire-nothing"),
        pytest.param(["expect", "x", "--retired", "--min", "2"], id="retired-minimum"),
        pytest.param(["expect", "x", "--min", "0"], id="no-instances"),
        pytest.param(["expect", "a\nb"], id="name-that-nobody-can-have"),
        pytest.param(["send", "heartbeat"], id="no-name"),
        pytest.param(["send", "pulse", "--name", "x"], id="unknown-kind"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(words: list[str], command: Command) -> None:
    """A command line that means nothing is said on stderr, and ends with exit code 2."""
    found = command(*words)

    assert found.code == 2
    assert found.out == ""
    assert found.err.rstrip()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        pytest.param(ConfigError("f: k: bad", "f: l: bad"), 1, "f: k: bad\nf: l: bad", id="config"),
        pytest.param(StoreUnreachable("no store"), 1, "no store", id="store"),
        pytest.param(UsageError("no sense"), 2, "no sense", id="usage"),
        pytest.param(KeyboardInterrupt(), 130, "", id="ctrl-c"),
    ],
)
def test_errors_become_sentences(
    error: BaseException,
    code: int,
    said: str,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Our own errors and Ctrl-C end without a traceback, with the exit code that says which."""

    def run(_: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr("blinkenlights.commands.config.run", run)

    found = command("config", "check")

    assert found.code == code
    assert found.out == ""
    assert found.err.removeprefix("blinkenlights: ").strip() == said


def test_an_error_in_our_code_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not one of our errors keeps its traceback, for whoever has to mend it."""

    def run(_: argparse.Namespace) -> int:
        return 1 // 0

    monkeypatch.setattr("blinkenlights.commands.config.run", run)

    with pytest.raises(ZeroDivisionError):
        main(["config", "check"])


def test_all_errors_are_in_the_tree() -> None:
    """Every error a user can meet is drawn in the tree at the top of errors.py."""
    module = importlib.import_module("blinkenlights.errors")
    drawn = module.__doc__ or ""

    names = [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BlinkenlightsError)
    ]

    assert names
    assert all(name in drawn for name in names)


def test_a_reader_who_leaves_early_is_no_error(tmp_path: Path) -> None:
    """`blinkenlights ... | head -1` says nothing about the pipe that broke."""
    err = tmp_path / "err"

    with err.open("wb") as stderr:
        command = subprocess.Popen(
            [sys.executable, "-m", "blinkenlights", "config", "reference"],
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        assert command.stdout
        command.stdout.close()
        command.wait(10)

    assert err.read_text() == ""


def test_ctrl_c_in_a_real_process(start: Start) -> None:
    """Ctrl-C ends a command that waits, with exit code 130 and no traceback."""
    sending = start("send", "heartbeat", "--name", "x", "--every", "60", "--to", "tcp://[::1]:9")
    sending.wait_for(lambda: "did not take it" in sending.err, "the first attempt")

    assert sending.end(signal.SIGINT) == 130
    assert "Traceback" not in sending.err
