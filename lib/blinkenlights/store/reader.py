"""The thin client of the checks: a plain socket and the C parser of Redis' own authors.

Importing redis-py costs several times what a whole check may take, so it is not used here.
"""

# Not socket: naming the constants of the system costs it a tenth of what a check may take.
import _socket
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import hiredis

from blinkenlights.errors import StoreAnswer, StoreRefused, StoreUnreachable
from blinkenlights.store import layout
from blinkenlights.store.address import StoreAddress
from blinkenlights.store.layout_version import refuse_another_layout
from blinkenlights.store.sentences import ALERT, CLOSED, MAYBE_NO_TLS, NO_TLS, answered, why_broken
from blinkenlights.store.spoken import Spoken

Command = tuple[str | int | float | bytes | memoryview, ...]
Reply = Any
"""Text, a whole number, None, or a list of these: what RESP can carry."""

_CHUNK = 65536
HANDSHAKE_SHARE = 0.5
"""Of the time for all: how long a TLS handshake may take."""
REPLY_BYTES = 256 * 2**20
"""Longest reply that is read: a hundred thousand components take a tenth of it."""


class StoreReader:
    """One connection to the store, opened at once and closed at the end of a `with` block."""

    def __init__(
        self,
        address: StoreAddress,
        timeout: float,
        ca_file: str = "",
        spoken: Spoken | None = None,
    ) -> None:
        """Connect and log in; `spoken` is for those who connect to one address again and again.

        Raises:
            StoreUnreachable: nobody listens, or the TLS handshake failed.
            StoreRefused: user or password are wrong, or the CA file cannot be used.
        """
        self.address = address
        self._spoken = spoken or Spoken()
        self._parser = hiredis.Reader(encoding="utf-8", errors="backslashreplace")
        try:
            self._socket = _connect(address, timeout, ca_file, self._spoken)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreUnreachable(f"the store at {address} cannot be reached: {reason}") from error
        try:
            self._log_in()
        except BaseException:
            self._socket.close()
            raise

    def _log_in(self) -> None:
        address = self.address
        if address.password:
            who = (address.username, address.password) if address.username else (address.password,)
            self._exchange([("AUTH", *who)])
        if address.database:
            self._exchange([("SELECT", address.database)])

    def ask(self, *commands: Command) -> list[Reply]:
        """Send commands in one go and return their replies in order; raises a StoreError.

        With each goes the question whether the store is laid out as we know it.
        """
        asked = (("GET", layout.VERSION), ("GET", layout.BORN), *commands)
        return self._exchange(asked, has_layout=True)

    def _exchange(self, commands: Sequence[Command], *, has_layout: bool = False) -> list[Reply]:
        try:
            # Its stub says a tuple of one; it takes any length.
            packed = [hiredis.pack_command(command) for command in commands]  # type: ignore[arg-type]
            self._socket.sendall(b"".join(packed))
            if has_layout:
                # First: in another layout the other commands may well be mistakes.
                refuse_another_layout(self._reply(), self._reply(), f"the store at {self.address}")
                commands = commands[2:]
            return [self._reply() for _ in commands]
        except hiredis.ProtocolError as error:
            raise StoreAnswer(f"{self.address} does not speak Redis' protocol: {error}") from error
        except OSError as error:
            reason = error.strerror or str(error)
            if isinstance(error, TimeoutError):
                reason = "no answer in time"
            raise self._broken(reason, is_broken=isinstance(error, ConnectionError)) from error

    def _broken(self, why: str, *, is_broken: bool = True) -> StoreUnreachable:
        address = self.address
        is_tcp = not (address.tls or address.path)
        may_be_tls = is_broken and is_tcp and not self._spoken.answered
        reason, what = why_broken(why, may_be_tls=may_be_tls)
        return StoreUnreachable(f"the store at {address} broke off: {reason}", what)

    def ask_bytes(self, *commands: Command) -> list[Reply]:
        """Do the same as `ask`, for replies that hold packed numbers: bytes in place of text."""
        self._parser.set_encoding()
        try:
            return self.ask(*commands)
        finally:
            self._parser.set_encoding(encoding="utf-8", errors="backslashreplace")

    def _reply(self) -> Reply:
        reply = self._parser.gets()
        received = 0
        while reply is False:
            chunk = self._socket.recv(_CHUNK)
            received += len(chunk)
            if received > REPLY_BYTES:
                raise StoreAnswer(f"the store at {self.address} sends more than anybody asked for")
            if not chunk:
                raise self._broken(CLOSED)
            if chunk.startswith(ALERT):
                raise self._broken("it does not speak Redis' protocol")
            self._parser.feed(chunk)
            reply = self._parser.gets()
        self._spoken.answered = True
        if isinstance(reply, hiredis.ReplyError):
            raise answered(str(reply), f"the store at {self.address}")
        return reply

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()


def _connect(address: StoreAddress, timeout: float, ca_file: str, spoken: Spoken) -> _socket.socket:
    if address.path:
        return _connected(_socket.AF_UNIX, address.path, timeout)
    if address.tls:
        return _connect_with_tls(address, timeout, ca_file, spoken)
    # As text, a name goes through the tables for names in all scripts: 2 ms.
    host = address.host.encode() if address.host.isascii() else address.host
    failed = OSError("the name has no address")
    for family, _, _, _, where in _socket.getaddrinfo(host, address.port, 0, _socket.SOCK_STREAM):
        try:
            return _connected(family, where, timeout)
        except OSError as error:
            failed = error
    raise failed


def _connected(family: int, where: str | tuple[Any, ...], timeout: float) -> _socket.socket:
    connection = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(where)
    except OSError:
        connection.close()
        raise
    return connection


def _connect_with_tls(
    address: StoreAddress, timeout: float, ca_file: str, spoken: Spoken
) -> _socket.socket:
    # 5 ms that only rediss:// pays.
    import socket  # noqa: PLC0415
    import ssl  # noqa: PLC0415

    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise StoreRefused(
            f"the CA file {ca_file} cannot be used: {error.strerror or error}"
        ) from error
    connection = socket.create_connection((address.host, address.port), timeout)
    # Whoever speaks no TLS may wait for more. There has to be time left to say so.
    connection.settimeout(timeout * HANDSHAKE_SHARE)
    try:
        return context.wrap_socket(connection, server_hostname=address.host)
    except OSError as error:
        connection.close()
        if isinstance(error, ssl.SSLCertVerificationError):
            why = f"its certificate is not trusted ({error.verify_message}); see --ca-file"
        elif isinstance(error, TimeoutError):
            why = "no answer in time" if spoken.answered else f"no answer in time{MAYBE_NO_TLS}"
        elif isinstance(error, ssl.SSLError):
            why = f"the TLS connection broke ({error.reason})" if spoken.answered else NO_TLS
        else:
            raise
        raise OSError(error.errno, why) from error
