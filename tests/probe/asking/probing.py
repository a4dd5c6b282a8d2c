"""How tests of one probe ask."""

import socket
from collections.abc import Mapping
from typing import Any

from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.asking.resolving import Address, Lookup, look_up
from blinkenlights.probe.endpoint import Request
from blinkenlights.probe.observation import Observation
from servers.endpoints import Handler, serving

NOW = 1_800_000_000.0


async def ask(
    url: str,
    lookup: Lookup = look_up,
    now: float = NOW,
    **options: Any,  # noqa: ANN401
) -> Observation:
    """Probe a URL once; `options` are those of `Request`."""
    scheme: Any = url.partition(":")[0]
    request = Request(scheme, url, url, **{"timeout": 10.0, **options})
    async with Asker(lookup) as asker:
        return await asker.ask(request, lambda: now)


async def ask_server(handler: Handler, path: str = "/", **options: Any) -> Observation:  # noqa: ANN401
    """Probe a server that behaves like this once."""
    async with serving(handler) as port:
        return await ask(f"http://127.0.0.1:{port}{path}", **options)


def knows(names: Mapping[str, str]) -> Lookup:
    """Return a resolver that knows these names, and where each leads to."""

    def lookup(host: str, port: int, family: socket.AddressFamily) -> list[Address]:
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(names[host], port, family)

    return lookup
