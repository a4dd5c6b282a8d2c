"""Posts lines from a thread of its own: whoever gives them never waits, and never fails.

While they cannot be sent, the newest are kept up to a bound, and the log says so once. Standard
library only, but for `amqp`, which is sr3's own and only imported for a broker.
"""

import contextlib
import logging
import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

log = logging.getLogger(__name__)

ROUTING_KEY = "transfer.inflight"
"""Under a topic of Sarracenia, such as v01, a collector would take it for a post."""
MOST_KEPT = 10_000
LAST_SECONDS = 2.0
"""How long what is left is sent at the end."""
AGAIN_SECONDS = 2.0
CONNECT_SECONDS = 5.0


class Opened(NamedTuple):
    """Where lines go."""

    send: Callable[[bytes], object]
    close: Callable[[], object]


class Posting:
    """Sends lines to a collector or a broker.

    Args:
        url: `unix:///path`, `tcp://host:port`, `udp://host:port`, or
            `amqp://user:password@host:port/vhost?exchange=NAME`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept: deque[bytes] = deque(maxlen=MOST_KEPT)
        self._wake = threading.Condition()
        self._is_ending = False
        self._is_away = False
        self._thread = threading.Thread(target=self._run, name="blinkenlights", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def post(self, line: bytes) -> None:
        """Give a line; of too many that wait the oldest is dropped."""
        with self._wake:
            self._kept.append(line)
            self._wake.notify()

    def stop(self) -> None:
        """End, with what is left if that is quick."""
        with self._wake:
            self._is_ending = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(LAST_SECONDS)

    def _run(self) -> None:
        opened: Opened | None = None
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._kept or self._is_ending)
                if not self._kept:
                    break
                line = self._kept.popleft()
            try:
                opened = opened or _opened(self._url)
                opened.send(line)
            except Exception as error:  # noqa: BLE001 - whatever a library raises, it is away
                _close(opened)
                opened = None
                self._say(error)
                with self._wake:
                    if len(self._kept) < MOST_KEPT:
                        self._kept.appendleft(line)
                    if self._wake.wait_for(lambda: self._is_ending, AGAIN_SECONDS):
                        break
            else:
                if self._is_away:
                    self._is_away = False
                    log.warning("%s takes beginnings and ends of transfers again", self._place())
        _close(opened)

    def _say(self, error: Exception) -> None:
        if not self._is_away:
            self._is_away = True
            log.warning(
                "%s does not take beginnings and ends of transfers (%s); the last %d are kept",
                self._place(),
                error,
                MOST_KEPT,
            )

    def _place(self) -> str:
        """Return where lines go, without a password."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _close(opened: Opened | None) -> None:
    with contextlib.suppress(Exception):
        if opened is not None:
            opened.close()


def _opened(url: str) -> Opened:
    parts = urlsplit(url)
    if parts.scheme in ("amqp", "amqps"):
        return _at_broker(url)
    if parts.scheme == "unix":
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stream.settimeout(CONNECT_SECONDS)
        stream.connect(parts.path)
    elif parts.scheme == "tcp":
        stream = socket.create_connection((parts.hostname, parts.port), CONNECT_SECONDS)
    elif parts.scheme == "udp":
        family, kind, protocol, _, place = socket.getaddrinfo(
            parts.hostname, parts.port, type=socket.SOCK_DGRAM
        )[0]
        stream = socket.socket(family, kind, protocol)
        stream.connect(place)
    else:
        raise ValueError(f"{parts.scheme}:// is none of unix, tcp, udp, amqp and amqps")
    return Opened(lambda line: stream.sendall(line + b"\n"), stream.close)


def _at_broker(url: str) -> Opened:
    amqp: Any = __import__("amqp")
    parts = urlsplit(url)
    [exchange] = parse_qs(parts.query).get("exchange", [""])
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port or (5671 if parts.scheme == 'amqps' else 5672)}",
        userid=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        virtual_host=unquote(parts.path[1:]) or "/",
        # With True alone a certificate of any other host would do.
        ssl={"server_hostname": parts.hostname} if parts.scheme == "amqps" else False,
        connect_timeout=CONNECT_SECONDS,
    )
    connection.connect()
    channel = connection.channel()

    def send(line: bytes) -> None:
        message = amqp.Message(line, delivery_mode=2, content_type="application/json")
        channel.basic_publish(message, exchange=exchange, routing_key=ROUTING_KEY)

    return Opened(send, connection.close)
