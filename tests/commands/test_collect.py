"""`blinkenlights collect` as a process: signals, reloading, what it logs."""

import re
import signal
from pathlib import Path

import pytest

from blinkenlights.kinds.heartbeat import keys
from commands.calling import Command, Running, Start
from servers.valkey import Valkey


def write(path: Path, valkey: Valkey, *sockets: Path, rest: str = "") -> Path:
    """Write a configuration that listens on `sockets`."""
    lines = "".join(f'[[lines]]\nlisten = "unix://{socket}"\n' for socket in sockets)
    path.write_text(f'[store]\nurl = "{valkey.url}"\n{lines}{rest}')
    return path


def components(valkey: Valkey) -> set[str]:
    return {str(name) for name in valkey.client().hkeys(keys.FACTS)}


@pytest.fixture
def config(valkey: Valkey, state: Path) -> Path:
    """Give a configuration with one socket, a.sock, beside it."""
    return write(state / "blinkenlights.toml", valkey, state / "a.sock")


@pytest.fixture
def collecting(config: Path, state: Path, start: Start) -> Running:
    """Give a collector that listens."""
    running = start("collect", "--config", config)
    running.wait_for((state / "a.sock").exists, "the socket")
    return running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_orderly_stop(
    number: signal.Signals, collecting: Running, valkey: Valkey, state: Path, command: Command
) -> None:
    """What was sent before SIGTERM or Ctrl-C is stored, the exit code is 0, the socket is gone."""
    words = ["send", "heartbeat", "--to", f"unix://{state}/a.sock", "--name"]
    for name in ("a", "b", "c"):
        assert command(*words, name).code == 0

    code = collecting.end(number)

    assert code == 0
    assert components(valkey) == {"a", "b", "c"}
    assert not (state / "a.sock").exists()
    assert "Traceback" not in collecting.err
    assert re.search(
        rf"^[-0-9]+ [:0-9]+ info: {number.name}: storing", collecting.err, re.MULTILINE
    )


def test_a_new_configuration(
    collecting: Running, config: Path, valkey: Valkey, state: Path
) -> None:
    """SIGHUP has it listen to what the file says now."""
    write(config, valkey, state / "b.sock")

    collecting.process.send_signal(signal.SIGHUP)

    collecting.wait_for((state / "b.sock").exists, "the new socket")
    collecting.wait_for(lambda: not (state / "a.sock").exists(), "the old socket to go")


def test_a_new_configuration_with_mistakes(
    collecting: Running, config: Path, valkey: Valkey, state: Path, command: Command
) -> None:
    """Mistakes in a new configuration are all logged, and the collector goes on as before."""
    write(config, valkey, state / "b.sock", rest='[heartbeat]\ninterval = "x"\n[stor]\n')

    collecting.process.send_signal(signal.SIGHUP)

    collecting.wait_for(lambda: "stays in use" in collecting.err, "the refusal")
    assert f'error: SIGHUP: {config}: heartbeat.interval: "x" is not' in collecting.err
    assert f"error: SIGHUP: {config}: stor: is not known here" in collecting.err
    assert command("send", "heartbeat", "--name", "x", "--to", f"unix://{state}/a.sock").code == 0
    collecting.wait_for(lambda: components(valkey) == {"x"}, "the beat")
    assert not (state / "b.sock").exists()


def test_nothing_to_collect(valkey: Valkey, state: Path, command: Command) -> None:
    """A configuration without a source is an error, not a collector that waits for ever."""
    config = write(state / "blinkenlights.toml", valkey)

    found = command("collect", "--config", config)

    assert found.code == 1
    assert "no source is configured" in found.err


def test_a_configuration_with_mistakes(state: Path, command: Command) -> None:
    """A collector does not start with a configuration that has mistakes, and says all of them."""
    config = state / "blinkenlights.toml"
    config.write_text("[stor]\n[[lines]]\n")

    found = command("collect", "--config", config)

    assert found.code == 1
    assert "stor: is not known" in found.err
    assert "lines[0].listen: is missing" in found.err
