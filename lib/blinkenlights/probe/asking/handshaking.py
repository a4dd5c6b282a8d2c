"""Speaks TLS on a socket that is connected."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

from blinkenlights.probe.asking.progress import Progress
from blinkenlights.probe.asking.sentences import no_handshake, not_trusted

SHUTDOWN = 1.0
"""Seconds that the other side has to say goodbye; asyncio waits 30."""

P = TypeVar("P", bound=asyncio.BaseProtocol)


async def speak_tls(
    progress: Progress,
    protocol: Callable[[], P],
    connected: socket.socket,
    context: ssl.SSLContext,
    name: str,
) -> tuple[asyncio.Transport, P]:
    """Return the connection after the handshake; raises Failure.

    Args:
        progress: Where times and the certificate are noted.
        protocol: Makes what takes the bytes.
        connected: The socket.
        context: How TLS is spoken; one of `Contexts`.
        name: What is asked for, and has to be in the certificate.
    """
    try:
        return await asyncio.get_running_loop().create_connection(
            protocol,
            sock=connected,
            ssl=context,
            server_hostname=name.rstrip("."),
            # Later than the limit of the probe, which tells more.
            ssl_handshake_timeout=progress.request.timeout + 1.0,
            ssl_shutdown_timeout=SHUTDOWN,
        )
    except ssl.SSLCertVerificationError as error:
        raise not_trusted(progress, error) from error
    except OSError as error:
        raise no_handshake(progress, error) from error
