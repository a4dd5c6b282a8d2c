"""Where the web server listens."""

import os

from blinkenlights.config_keys.addresses import host_port
from blinkenlights.errors import ConfigError

DEFAULT_LISTEN = "127.0.0.1:8480"
PORT = "PORT"
"""The variable in which platforms such as Heroku say at which port they look for a web process."""


def where(listen: str) -> tuple[str, int]:
    """Return host and port: what is configured, else the port that a platform gives us, else ours.

    Raises ConfigError.
    """
    port = os.environ.get(PORT)
    if listen or not port:
        return host_port(listen or DEFAULT_LISTEN)
    try:
        # The platform's router comes from another machine.
        return host_port(f"0.0.0.0:{port}")
    except ValueError as error:
        raise ConfigError(f"{PORT} in the environment: {error}") from None
