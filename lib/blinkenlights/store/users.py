"""The users of the embedded store.

Whoever reaches its socket may read as the checks do, without a password. Writing takes the
password in `collector.password`, which only the owner of the folder can read.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from blinkenlights.errors import ConfigError

USERNAME = "blinkenlights-collector"
PASSWORD_FILE = "collector.password"  # noqa: S105 - a name


class Rules(NamedTuple):
    """What the users of the embedded store may do, in the words of ACL SETUSER."""

    reading: str
    """For everybody who reaches its socket."""
    writing: str
    """For its owner."""


class Login(NamedTuple):
    """Who may write to the embedded store."""

    username: str
    password: str


def login_beside(socket: Path) -> Login | None:
    """Return the login for the embedded store at `socket`; None when we are not to have it."""
    try:
        password = socket.with_name(PASSWORD_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Login(USERNAME, password) if password else None


def write_users(folder: Path, rules: Rules) -> Path:
    """Write the store's users, with the password of an earlier run, else a new one.

    Raises ConfigError when a file cannot be written.
    """
    login = login_beside(folder / "store.sock")
    if login is None:
        login = Login(USERNAME, secrets.token_urlsafe(32))
        _write(folder / PASSWORD_FILE, login.password)
    digest = sha256(login.password.encode()).hexdigest()
    users = folder / "users.acl"
    _write(
        users,
        f"user default on nopass {rules.reading} +ping\n"
        f"user {login.username} on #{digest} {rules.writing} +ping +shutdown",
    )
    return users


def _write(path: Path, text: str) -> None:
    # A link would have us write a password into somebody's file.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii") as file:
            file.write(text + "\n")
    except OSError as error:
        advice = "remove the link" if path.is_symlink() else "remove it, or make it ours to write"
        raise ConfigError(
            f"{path}: the store's users cannot be written ({error.strerror}); {advice}"
        ) from None
