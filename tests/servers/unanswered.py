"""An address at which nobody answers: it neither takes connections nor refuses them."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def unanswered(host: str) -> Iterator[int]:
    """Give a port whose line of connections is full, so that the kernel drops further ones."""
    with ExitStack() as open_ones:
        listening = open_ones.enter_context(socket.create_server((host, 0), backlog=0))
        address = listening.getsockname()
        while True:
            waiting = open_ones.enter_context(socket.socket())
            waiting.settimeout(0.3)
            try:
                waiting.connect(address)
            except TimeoutError:
                break
        yield int(address[1])
