"""`blinkenlights send` reads no password or configuration that is not for its user."""

import grp
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands.calling import Command


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody who may not read what is root's; who is not root is one already."""
    if os.geteuid() != 0:
        yield
        return
    groups = os.getgroups()
    account = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setegid(account.pw_gid)
    os.seteuid(account.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@pytest.fixture
def guarded(state: Path) -> Path:
    """Give a configuration for all, whose broker has a password for its owner only."""
    state.chmod(0o755)
    (state / "broker.password").write_text("secret\n")
    (state / "broker.password").chmod(0)
    path = state / "blinkenlights.toml"
    path.write_text(
        "[[amqp]]\n"
        'url = "amqp://collector@127.0.0.1:1/"\n'
        'exchange = "blinkenlights"\nkeys = ["heartbeat.#"]\nqueue = "q"\nkind = "heartbeat"\n'
        f'password_file = "{state}/broker.password"\n'
    )
    return path


def own_group(path: Path) -> str:
    return grp.getgrgid(path.stat().st_gid).gr_name


@pytest.mark.parametrize(
    ("lines", "mode", "ways"),
    [
        pytest.param(
            "", 0, "send to a collector's socket, as with --to unix:///run/", id="no-socket"
        ),
        pytest.param(
            "tcp://127.0.0.1:1",
            0,
            "send to a collector's socket, as with --to tcp://127.0.0.1:1",
            id="tcp",
        ),
        pytest.param(
            "unix://{state}/lines.sock",
            0,
            "send to the collector's socket with --to unix://{state}/lines.sock (join the group "
            "{group} for that)\n",
            id="a-socket-for-its-group",
        ),
        pytest.param(
            "unix:///dev/null",
            0,
            "send to the collector's socket with --to unix:///dev/null\n",
            id="a-socket-for-all",
        ),
        pytest.param(
            "unix:///dev/null",
            0o040,
            "--to unix:///dev/null, or join the group {group}, which may read it\n",
            id="a-file-for-its-group",
        ),
    ],
)
def test_a_password_that_is_not_for_us(
    lines: str, mode: int, ways: str, guarded: Path, command: Command
) -> None:
    """An ordinary user is told the ways that are open: the socket, or the file's group."""
    state = guarded.parent
    password = state / "broker.password"
    password.chmod(mode)
    if lines:
        with guarded.open("a") as file:
            file.write(f'[[lines]]\nlisten = "{lines.format(state=state)}"\n')

    with ordinary_user():
        found = command("send", "heartbeat", "--name", "x", "--config", guarded)

    assert found.code == 1
    assert f"{password} is not for this user to read; " in found.err
    assert ways.format(state=state, group=own_group(state)) in found.err
    assert "secret" not in found.err


def test_a_configuration_that_is_not_for_us(guarded: Path, command: Command) -> None:
    """Who may not even read where the broker is hears of the same ways."""
    guarded.chmod(0o040)

    with ordinary_user():
        found = command("send", "heartbeat", "--name", "x", "--config", guarded)

    assert found.code == 1
    assert f"{guarded} is not for this user to read; " in found.err
    assert f"or join the group {own_group(guarded)}, which may read it\n" in found.err


def test_a_password_of_ones_own(guarded: Path, state: Path, command: Command) -> None:
    """--password-file takes the place of the one that is not for us."""
    (state / "mine").write_text("my own\n")
    (state / "mine").chmod(0o644)

    with ordinary_user():
        found = command(
            *("send", "heartbeat", "--name", "x", "--config", guarded),
            *("--password-file", state / "mine"),
        )

    assert "127.0.0.1:1/ cannot be reached" in found.err
