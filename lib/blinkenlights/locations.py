"""Where files are, for daemons and checks alike. Standard library only: checks import this."""

import os

SYSTEM_CONFIG = "/etc/blinkenlights/blinkenlights.toml"
SYSTEM_STATE = "/var/lib/blinkenlights"

SOCKET_PATH_BYTES = 107
"""The longest path the kernel takes for a socket: 108 bytes with the closing zero."""


def config_path(named: str | None = None) -> tuple[str, bool]:
    """Return the path of the configuration file and whether somebody asked for it by name.

    First match of `named` (an option), BLINKENLIGHTS_CONFIG, and the system's own file.
    A file asked for by name must exist; the system one may be absent.
    """
    if named:
        return named, True
    from_environment = os.environ.get("BLINKENLIGHTS_CONFIG")
    if from_environment:
        return from_environment, True
    return SYSTEM_CONFIG, False


def state_folder() -> str:
    """Return the folder in which `blinkenlights up` keeps its store.

    First match of: BLINKENLIGHTS_STATE, systemd's STATE_DIRECTORY, /var/lib/blinkenlights when it
    is there and writable or we are root, the XDG state folder of the user.
    """
    for variable in ("BLINKENLIGHTS_STATE", "STATE_DIRECTORY"):
        value = os.environ.get(variable)
        if value:
            return value
    if os.geteuid() == 0 or os.access(SYSTEM_STATE, os.W_OK):
        return SYSTEM_STATE
    home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111 - pathlib is dear at start
    return home + "/blinkenlights"


def embedded_sockets() -> list[str]:
    """Return the socket paths at which an embedded store may listen, likeliest first."""
    paths = [state_folder(), SYSTEM_STATE]
    return list(dict.fromkeys(f"{path}/store.sock" for path in paths))
