"""A connection that breaks is a store that is away, whatever asyncio and redis-py make of it."""

import asyncio
from typing import Any

import pytest
from redis.asyncio.connection import AbstractConnection

from blinkenlights.errors import StoreUnreachable
from blinkenlights.store.client import StoreClient
from servers.valkey import Valkey

SEND = "_send_packed_command"


async def _closed_meanwhile(connection: Any) -> None:  # noqa: ANN401
    """The transport is closed between the check of the connection and what is written to it."""
    connection._writer.transport.abort()
    await asyncio.sleep(0.01)


async def _as_python_3_13_0(_connection: object) -> None:
    raise AttributeError("'NoneType' object has no attribute '_add_writer'")


async def _as_python_3_13_5(_connection: object) -> None:
    raise TypeError("'NoneType' object is not callable")


async def _handler_closed(_connection: object) -> None:
    raise RuntimeError("unable to perform operation on <TCPTransport>; the handler is closed")


FAULTS = [_closed_meanwhile, _as_python_3_13_0, _as_python_3_13_5, _handler_closed]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_connection_that_breaks_while_it_is_written_to(
    fault: Any,  # noqa: ANN401
    valkey: Valkey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says that the store cannot be reached, and the next one goes by a new connection."""
    send = getattr(AbstractConnection, SEND)
    broken: list[AbstractConnection] = []

    async def break_once(connection: AbstractConnection, command: object) -> None:
        if not broken:
            broken.append(connection)
            await fault(connection)
        await send(connection, command)

    async def attempt() -> None:
        store = StoreClient(valkey.url)
        await store.ask(store.redis.ping())
        monkeypatch.setattr(AbstractConnection, SEND, break_once)
        with pytest.raises(StoreUnreachable, match="cannot be reached"):
            await store.ask(store.redis.echo("x" * 100_000))
        assert await store.ask(store.redis.ping())
        await store.close()

    asyncio.run(attempt())
