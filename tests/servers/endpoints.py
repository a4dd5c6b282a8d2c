r"""Endpoints on the loopback that behave well, or as badly as those of others do.

    async with serving(answers(b"HTTP/1.1 200 OK\r\n\r\n")) as port: ...

They run in the loop of whoever uses them. Each manner is a handler of one connection.
"""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(
    handler: Handler, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[int]:
    """Serve, and give the port."""
    open_connections: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_connections.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            open_connections.discard(task)
            if tls is None:
                writer.close()
            else:
                writer.transport.abort()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(handle, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(open_connections):
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)


@contextmanager
def handshaking(tls: ssl.SSLContext) -> Iterator[int]:
    """Speak TLS and answer in HTTP, in a thread; give the port.

    When it refuses a handshake, it says why, which servers of asyncio keep to themselves.
    """

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            spoken = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            with contextlib.suppress(OSError), spoken:
                _answer_once(spoken)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _answer_once(spoken: ssl.SSLSocket) -> None:
    try:
        spoken.do_handshake()
        spoken.recv(65536)
        spoken.sendall(answer(b""))
    except ssl.SSLError:
        # Bytes that nobody has read would make a reset, which takes the reason with it.
        spoken.shutdown(socket.SHUT_WR)
        while spoken.recv(65536):
            pass


async def request_of(reader: asyncio.StreamReader) -> bytes:
    """Return the request without its body."""
    return await reader.readuntil(b"\r\n\r\n")


def answer(body: bytes, status: str = "200 OK", *headers: str, version: str = "1.1") -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/{version} {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def in_json(value: object) -> bytes:
    """Return an answer of JSON."""
    return answer(json.dumps(value).encode(), "200 OK", "Content-Type: application/json")


def answers(whole: bytes, heard: list[bytes] | None = None) -> Handler:
    """Say the same to each request, and note what was asked in `heard`."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await request_of(reader)
            if heard is not None:
                heard.append(request)
            writer.write(whole)
            await writer.drain()

    return handler


def answers_and_closes(whole: bytes) -> Handler:
    """Say it and close, whatever was announced."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(whole)
        await writer.drain()

    return handler


def redirects(status: str, location: str, heard: list[bytes] | None = None) -> Handler:
    """Send everybody elsewhere."""
    return answers(answer(b"", status, f"Location: {location}"), heard)


async def is_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the connection and say nothing."""
    while await reader.read(65536):
        pass
    writer.close()


async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close after the request, without a word."""
    await request_of(reader)
    writer.close()


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection after the request."""
    await request_of(reader)
    reset(writer)


async def resets_in_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection when the client has got the first bytes of a body."""
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst")
    await writer.drain()
    await asyncio.sleep(0.1)
    reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection, so that the other side gets a reset."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def drips(start: bytes, drop: bytes = b"x") -> Handler:
    """Say the start, then a drop every now and then, for ever."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(start)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return handler


async def never_ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a body without end as fast as it is taken."""
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


def bomb(unpacked: int) -> bytes:
    """Return an answer that is small until it is unpacked."""
    return answer(gzip.compress(bytes(unpacked)), "200 OK", "Content-Encoding: gzip")


def continues(whole: bytes, heard: list[bytes]) -> Handler:
    """Say `100 Continue` before the body is sent, as `Expect` asks for; note the body."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await request_of(reader)
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in request.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        heard.append(await reader.readexactly(length))
        writer.write(whole)
        await writer.drain()

    return handler


def tunnels(heard: list[bytes]) -> Handler:
    """Be an HTTP proxy that opens tunnels for CONNECT, and notes what it was asked."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await request_of(reader)
        heard.append(request)
        host, _, port = request.split()[1].decode().rpartition(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_copy(reader, back), _copy(there, writer))
        finally:
            back.close()

    return handler


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while some := await reader.read(65536):
        writer.write(some)
        await writer.drain()
    writer.close()
