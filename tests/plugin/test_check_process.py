"""A check as a process, as monitoring cores start it: bare, deaf, cut off, or told to end."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from blinkenlights.demo.asking import program
from blinkenlights.kinds.registry import checks
from servers.faulty import FaultyProxy
from servers.process import ENDS_WITH_PARENT, make_folder, remove_folder
from servers.simulation import Simulation
from servers.valkey import Valkey

NAME = "Zürich 日本"


class Ended(NamedTuple):
    """How a process ended."""

    code: int
    out: str
    err: str
    seconds: float


def run(
    *command: str | Path, stdout: int = subprocess.PIPE, environment: dict[str, str] | None = None
) -> Ended:
    """Run a command with nothing else in its environment, in `/`, without a terminal."""
    start = time.monotonic()
    done = subprocess.run(
        command,
        env=environment or {},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    seconds = time.monotonic() - start
    return Ended(done.returncode, (done.stdout or b"").decode(), done.stderr.decode(), seconds)


def heartbeat(*words: str) -> list[str]:
    return [*program("check_heartbeat"), *words]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def shell(words: list[str], redirections: str) -> list[str]:
    return ["/bin/sh", "-c", f'exec "$@" {redirections}', "sh", *words]


@pytest.fixture
def filled(new_simulation: Simulation) -> Simulation:
    """Give a store of now with one component that is silent."""
    new_simulation.now = time.time()
    new_simulation.old()
    new_simulation.collector()
    new_simulation.beat(NAME, age=1000)
    return new_simulation


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Give a Unix socket whose owner never answers."""
    folder = make_folder("silent")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(folder / "s.sock"))
        listener.listen()
        yield listener
    remove_folder(folder)


def test_a_bare_environment_is_enough(filled: Simulation) -> None:
    """Without HOME, PATH, LANG or a terminal, in `/`, a check answers."""
    ended = run(*heartbeat("--redis", filled.url))

    assert ended.code == 2
    assert ended.out.startswith(f"HEARTBEAT CRITICAL: 1 of 1 component silent: {NAME} (16m ")
    assert ended.out.count("\n") == 1
    assert ended.err == ""


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"LC_ALL": "C"}, id="LC_ALL=C"),
        pytest.param({"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, id="ascii"),
        pytest.param(
            {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="posix"
        ),
        pytest.param({"PYTHONIOENCODING": "latin-1"}, id="latin-1"),
    ],
)
def test_names_in_every_script_come_out_as_utf_8(
    filled: Simulation, environment: dict[str, str]
) -> None:
    """NRPE runs checks without a locale: a CRITICAL must not become a UnicodeEncodeError."""
    ended = run(*heartbeat("--redis", filled.url, "--name", "Z*"), environment=environment)

    assert ended.code == 2
    assert f"silent: {NAME} (" in ended.out
    assert ended.err == ""


def test_no_warning_reaches_stderr(filled: Simulation) -> None:
    """In Python's development mode nothing is left open and nothing is deprecated."""
    ended = run(*heartbeat("--redis", filled.url, "-vv"), environment={"PYTHONDEVMODE": "1"})

    assert (ended.code, ended.err) == (2, "")


@pytest.mark.parametrize(
    ("redirections", "says"),
    [("<&-", True), (">&-", False), ("2>&-", True), ("<&- >&- 2>&-", False), (">/dev/full", False)],
)
def test_closed_files_do_not_change_the_state(
    filled: Simulation, redirections: str, says: bool
) -> None:
    """Whoever does not listen to what is said still gets the right exit code."""
    ended = run(*shell(heartbeat("--redis", filled.url), redirections))

    assert ended.code == 2
    assert ended.out.startswith("HEARTBEAT CRITICAL") == says
    assert ended.err == ""


def test_a_broken_pipe_does_not_change_the_state(filled: Simulation) -> None:
    """A reader that went away is no reason for another exit code."""
    reading, writing = os.pipe()
    os.close(reading)

    ended = run(*heartbeat("--redis", filled.url), stdout=writing)
    os.close(writing)

    assert (ended.code, ended.err) == (2, "")


def test_a_store_that_hangs_ends_within_the_timeout(
    valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy]
) -> None:
    """No answer is 3 within -t, with a sentence that says where it hung."""
    proxy = faulty_proxy(valkey.port)
    proxy.hang()

    ended = run(*heartbeat("--redis", proxy.url, "-t", "0.7"))

    assert ended.code == 3
    assert re.fullmatch(r"HEARTBEAT UNKNOWN: .*\n", ended.out)
    assert proxy.url in ended.out
    assert ended.err == ""
    assert 0.6 < ended.seconds < 3


def test_a_socket_that_hangs_ends_within_the_timeout(silent: socket.socket) -> None:
    """A Unix socket whose owner accepts and never answers is no different."""
    url = f"unix://{silent.getsockname()}"

    ended = run(*heartbeat("--redis", url, "-t", "0.7"))

    assert ended.code == 3
    assert url in ended.out
    assert ended.err == ""
    assert 0.6 < ended.seconds < 3


def test_slow_replies_together_end_within_the_timeout(
    filled: Simulation, valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy]
) -> None:
    """The timeout covers everything: many replies, each in time, are too late all the same."""
    proxy = faulty_proxy(valkey.port)
    proxy.delay(0.3)

    ended = run(*heartbeat("--redis", proxy.url, "-t", "0.9"))

    assert ended.code == 3
    assert "no result within 0.9s, still waiting for the store" in ended.out
    assert ended.seconds < 3
    assert filled.heartbeats().code == 2


HANG = """
import ctypes
from blinkenlights.plugin import deadline
{}
deadline.busy_with("asking a name server|$x")
while True:
    try:
        ctypes.CDLL(None).sleep(30)
    except BaseException:
        pass
"""


def test_a_hang_in_a_library_ends_within_the_timeout() -> None:
    """What waits inside C, as for a name server, and swallows exceptions, is ended all the same."""
    ended = run(*python(HANG.format("deadline.arm('X', 0.3)")))

    assert ended[:3] == (3, "X UNKNOWN: no result within 0.3s, still asking a name server/Sx\n", "")
    assert ended.seconds < 5


def test_a_later_end_takes_the_place_of_an_earlier_one() -> None:
    """A longer -t than the default is a longer time, counted from the first line."""
    ended = run(*python(HANG.format("deadline.arm('X', 0.2); deadline.arm('X', 1)")))

    assert ended.out.startswith("X UNKNOWN: no result within 1s")
    assert ended.seconds > 0.9


def test_an_earlier_end_takes_the_place_of_a_later_one() -> None:
    """A shorter -t than the default is a shorter time."""
    ended = run(*python(HANG.format("deadline.arm('X', 30); deadline.arm('X', 0.2)")))

    assert ended.out.startswith("X UNKNOWN: no result within 0.2s")
    assert ended.seconds < 5


def test_time_counts_from_the_first_line() -> None:
    """What was spent before the options were read is part of -t."""
    arm = "deadline.arm('X', 30); ctypes.CDLL(None).usleep(990_000); deadline.arm('X', 1)"

    ended = run(*python(HANG.format(arm)))

    assert ended.out.startswith("X UNKNOWN: no result within 1s")
    assert ended.seconds < 1.9


def test_a_hang_with_nobody_reading_ends_within_the_timeout() -> None:
    """A deadline that cannot print still ends the process, with 3."""
    ended = run(*shell(python(HANG.format("deadline.arm('X', 0.3)")), ">&-"))

    assert ended[:3] == (3, "", "")


def test_told_to_end(silent: socket.socket) -> None:
    """On SIGTERM, which Icinga sends first, the answer is 3 and says where it was."""
    process = subprocess.Popen(
        heartbeat("--redis", f"unix://{silent.getsockname()}"),
        env={},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        silent.settimeout(20)
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(1)
            process.terminate()
            out, err = process.communicate(timeout=20)

    assert process.returncode == 3
    assert out.decode().startswith("HEARTBEAT UNKNOWN: told to end by SIGTERM, still ")
    assert err == b""


# Not linecache, which Python 3.13 imports by itself for a program on its command line.
DEAR = frozenset(
    (
        *("ast", "asyncio", "dataclasses", "datetime", "decimal", "encodings.idna"),
        *(
            "importlib.util",
            "inspect",
            "locale",
            "logging",
            "pathlib",
            "platform",
            "random",
        ),
        *(
            "select",
            "shutil",
            "signal",
            "socket",
            "ssl",
            "string",
            "subprocess",
            "textwrap",
            "threading",
        ),
        *("tokenize", "tomllib", "urllib", "uuid", "weakref"),
        *("aiohttp", "msgspec", "pika", "redis", "rich", "yaml"),
        *("nagiosplugin.check", "nagiosplugin.cookie", "nagiosplugin.logtail"),
        *("nagiosplugin.platform", "nagiosplugin.runtime", "nagiosplugin.summary"),
    )
)
"""What a check never needs while all goes well; the first rows are the standard library's."""
FOR_DAEMONS = frozenset(
    (
        *("broker", "cli", "collector", "commands", "config", "definitions", "demo", "outage"),
        *("speedo", "transferlog", "web"),
        *("kinds.kind", "kinds.registry", "kinds.signal", "kinds.subject"),
        *("store.batch", "store.client", "store.embedded", "store.report", "store.writer"),
    )
)
FOR_DAEMONS_IN_A_KIND = frozenset(
    ("declare", "decode", "fact", "kind", "page", "settings", "signal", "write")
)


@pytest.mark.parametrize("check", [check.name for check in checks()])
def test_a_check_imports_little(filled: Simulation, check: str) -> None:
    """A check starts every few seconds: nothing of the daemons, no dear module is loaded."""
    code = f"""
import os, sys
from blinkenlights.checks import {check} as program
os._exit = lambda code: print(code, *sys.modules)
sys.argv = ["check_{check}", "--redis", {filled.url!r}, "-v"]
program()
"""
    ended = run(*python(code))

    code_and_modules = ended.out.splitlines()[-1].split()
    loaded = set(code_and_modules[1:])
    ours = {name.removeprefix("blinkenlights.") for name in loaded if "blinkenlights." in name}
    assert ended.err == ""
    assert ended.out.startswith(f"{check.upper()} ")
    assert code_and_modules[0] in ("0", "2", "3")
    assert f"checks.check_{check}" in ours
    assert loaded & DEAR == set()
    assert ours & FOR_DAEMONS == set()
    of_kinds = {name.rpartition(".")[2] for name in ours if name.startswith("kinds.")}
    assert of_kinds & FOR_DAEMONS_IN_A_KIND == set()


@pytest.mark.parametrize("missing", ["nagiosplugin", "hiredis", "argparse"])
def test_a_missing_library_is_unknown(missing: str) -> None:
    """An installation that is not whole is 3 with a sentence, not a traceback and 1, a WARNING."""
    code = f"""
import sys
sys.modules[{missing!r}] = None
from blinkenlights.checks import heartbeat
heartbeat()
"""
    ended = run(*python(code))

    assert ended.code == 3
    assert re.fullmatch(r"HEARTBEAT UNKNOWN: [^|\n]*\n", ended.out)
    assert missing in ended.out
    assert ended.err == ""


@pytest.mark.xdist_group("cores")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_anybody_can_run_an_installed_check(filled: Simulation, installed_checks: Path) -> None:
    """A user without a home or rights runs it from a wheel, with an empty environment."""
    as_nobody = (sys.executable, "-I", "-S", ENDS_WITH_PARENT, "nobody")
    ended = [
        run(*as_nobody, installed_checks / check, "--redis", filled.url)
        for check in ("check_heartbeat", "check_collector")
    ]

    assert [(one.code, one.err) for one in ended] == [(2, ""), (0, "")]
