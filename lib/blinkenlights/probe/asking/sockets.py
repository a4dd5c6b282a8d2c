"""Asks without HTTP: a TCP connection, and TLS upon it."""

import asyncio
import ssl

from yarl import URL

from blinkenlights.probe.asking.dialing import dial
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.handshaking import speak_tls
from blinkenlights.probe.asking.progress import Progress
from blinkenlights.probe.asking.resolving import Resolver
from blinkenlights.probe.asking.tls_contexts import Contexts


async def connect_tcp(resolver: Resolver, progress: Progress) -> None:
    """Connect, and let go; raises Failure."""
    host, port = _target(progress)
    (await dial(progress, resolver, host, port)).close()


async def shake_hands(resolver: Resolver, contexts: Contexts, progress: Progress) -> None:
    """Connect, speak TLS, and let go; raises Failure."""
    host, port = _target(progress)
    tls = progress.request.tls
    verifying = contexts.context(tls, verify=True)
    try:
        await _shake_hands_with(resolver, verifying, progress, host, port)
    except Failure as failure:
        if failure.trouble != "certificate" or tls.verify:
            raise
        unverified = contexts.context(tls, verify=False)
        await _shake_hands_with(resolver, unverified, progress, host, port)


async def _shake_hands_with(
    resolver: Resolver,
    context: ssl.SSLContext,
    progress: Progress,
    host: str,
    port: int,
) -> None:
    connected = await dial(progress, resolver, host, port)
    name = progress.request.tls.server_name or host
    transport, _ = await speak_tls(progress, asyncio.Protocol, connected, context, name)
    transport.abort()


def _target(progress: Progress) -> tuple[str, int]:
    try:
        url = URL(progress.request.url)
        host, port = url.raw_host, url.explicit_port
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise Failure("settings", "the URL has to be like tcp://host:port")
    progress.aim_at(host, port, progress.request.tls.server_name)
    return host, port
