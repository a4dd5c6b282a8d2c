"""Whatever is typed and whatever happens, a check answers by the plugin protocol."""

from importlib import import_module
from threading import Thread

import pytest

from blinkenlights import __version__
from blinkenlights.kinds.registry import checks
from blinkenlights.plugin.entry import answer
from blinkenlights.plugin.options import OptionParser

NAMES = [check.name for check in checks()]
STORE = "redis://127.0.0.1:1/0"


def ask(name: str, *words: str) -> tuple[int, str]:
    return answer(name, words, lambda: 0.0)


def parser(name: str) -> OptionParser:
    made = import_module(f"blinkenlights.checks.check_{name}").options()
    assert isinstance(made, OptionParser)
    return made


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--bogus"], id="unknown-option"),
        pytest.param(["--excl", "x"], id="abbreviated-option"),
        pytest.param(["something"], id="positional"),
        pytest.param(["--name"], id="no-argument"),
        pytest.param(["-w", ""], id="empty-warning"),
        pytest.param(["-c", ""], id="empty-critical"),
        pytest.param(["-w", "abc"], id="bad-warning"),
        pytest.param(["-c", "10:5"], id="bad-critical"),
        pytest.param(["-c", "nan"], id="nan"),
        pytest.param(["-w", "-5"], id="negative"),
        pytest.param(["-t", "0"], id="no-time"),
        pytest.param(["-t", "soon"], id="bad-time"),
        pytest.param(["-t", "2h"], id="too-much-time"),
        pytest.param(["--min", "-1"], id="negative-minimum"),
        pytest.param(["--min", "two"], id="bad-minimum"),
        pytest.param(["--missing", "fine"], id="bad-state"),
        pytest.param(["--value", "x", "-w", "5m"], id="duration-for-a-value"),
        pytest.param(["--redis", "http://x"], id="bad-url"),
        pytest.param(["--config", "/nowhere/x.toml"], id="missing-config"),
        pytest.param(["--redis", STORE, "--password-file", "/nowhere/x"], id="missing-password"),
        pytest.param(["--json=yes"], id="argument-for-a-flag"),
        pytest.param(["a|b;c\n$d`e`<f>", "é", "\udcff", "\x1b[2J"], id="hostile"),
        pytest.param(["x" * 5000], id="long"),
    ],
)
def test_a_mistake_on_the_command_line_is_unknown(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Never 2, which is CRITICAL: 3, with one clean sentence on stdout and nothing on stderr."""
    code, text = ask("heartbeat", *words)

    assert code == 3
    assert text.startswith("HEARTBEAT UNKNOWN: ")
    assert text.isprintable()
    assert len(text.encode()) <= 255
    assert not set(text) & set("|;$`<>&~")
    assert capsys.readouterr() == ("", "")


def test_a_mistake_names_the_option_and_what_to_write() -> None:
    """The sentence quotes what was typed, and says how it is meant."""
    assert ask("heartbeat", "-w", "abc")[1] == (
        "HEARTBEAT UNKNOWN: argument -w/--warning: 'abc' is not a duration, "
        "write 90, 90s, 2m, 1h or 1d, try --help"
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", [["--help"], ["-h"], ["--version"], ["-V"], ["-v", "-h", "-t0"]])
def test_help_and_version_are_unknown(
    name: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Someone who mistypes a service's command must not see OK: 3, on stdout."""
    code, text = ask(name, *words)

    assert code == 3
    assert text.startswith(f"check_{name} {__version__}")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", NAMES)
def test_help_tells_everything(name: str) -> None:
    """Purpose, every option with its default, and examples, in 80 columns and a short usage."""
    text = ask(name, "--help")[1]

    assert max(map(len, text.splitlines())) <= 80
    usage = text.partition("usage: ")[2].partition("\n\n")[0]
    assert len(usage.splitlines()) <= 23
    assert "\nChecks that " in text
    assert "Examples:" in text
    assert f"  check_{name}\n" in text
    for action in parser(name)._actions:
        assert action.help
        assert all(flag in text for flag in action.option_strings)
        if action.nargs != 0:
            assert "(default: " in action.help, action.option_strings


@pytest.mark.parametrize("name", NAMES)
def test_the_options_everybody_expects(name: str) -> None:
    """The guidelines' options mean what they mean everywhere, and each has a long name."""
    long_of = {
        flag: action.option_strings[-1]
        for action in parser(name)._actions
        for flag in action.option_strings
    }

    meant = {
        "-h": "--help",
        "-V": "--version",
        "-t": "--timeout",
        "-v": "--verbose",
        "-w": "--warning",
        "-c": "--critical",
    }
    assert {flag: long_of.get(flag) for flag in meant} == meant
    assert all(long.startswith("--") for long in long_of.values())
    assert "-H" not in long_of


@pytest.mark.parametrize("name", NAMES)
def test_the_timeout_is_below_that_of_every_core(name: str) -> None:
    """NRPE and Nagios cut a check off after 10 s at the earliest, which Nagios calls CRITICAL."""
    assert 0 < parser(name).parse_args([]).timeout < 10


def test_a_check_can_be_asked_from_any_thread() -> None:
    """Nothing of ours needs the main thread, as signals do."""
    said: list[tuple[int, str]] = []
    thread = Thread(target=lambda: said.append(ask("heartbeat", "--redis", STORE)))
    thread.start()
    thread.join(20)

    assert said[0][0] == 3
    assert "cannot be reached" in said[0][1]


@pytest.mark.parametrize(
    "words",
    [["-w", "60", "-c", "90"], ["-w60", "-c90"], ["--warning=60", "--critical=90"], ["-w=60"]],
)
def test_every_way_to_write_an_option(words: list[str]) -> None:
    """Options take their argument apart, attached, or after `=`."""
    text = ask("heartbeat", "--redis", STORE, *words)[1]

    assert "cannot be reached" in text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("a|b\nc $x"), "ZeroDivisionError: a/b?c Sx"),
        (SystemExit("bye"), "SystemExit: bye"),
        (SystemExit(0), "SystemExit: 0"),
        (KeyboardInterrupt(), "interrupted"),
        (MemoryError(), "MemoryError"),
        (RecursionError("deep"), "RecursionError: deep"),
    ],
)
def test_any_way_to_die_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    said: str,
) -> None:
    """An error of our own is 3 with one line; the traceback is for -v only."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(import_module("blinkenlights.checks.check_heartbeat"), "check", fail)

    assert ask("heartbeat", "--json") == (3, f"HEARTBEAT UNKNOWN: {said}")
    verbose = ask("heartbeat", "-v")[1]
    assert verbose.splitlines()[0].startswith("HEARTBEAT UNKNOWN: ")
    assert "|" not in verbose
    assert capsys.readouterr() == ("", "")
