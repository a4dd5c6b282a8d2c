"""Free TCP and UDP ports on loopback."""

import socket
from collections.abc import Callable

import pytest

_given: set[int] = set()


def find_free_port() -> int:
    """Return a port on 127.0.0.1 that is free for TCP and UDP and that we have not given before."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
        ):
            stream.bind(("127.0.0.1", 0))
            port: int = stream.getsockname()[1]
            try:
                datagram.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _given:
            _given.add(port)
            return port


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Give a function that returns another free loopback port at each call."""
    return find_free_port
