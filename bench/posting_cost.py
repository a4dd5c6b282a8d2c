"""What an output costs for each probe, and by how much one that hangs delays the loop of probes."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import aiohttp

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.posting.keys import outbox_of
from blinkenlights.posting.posting import Posting
from blinkenlights.probe.files.collection import Collection
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.store.client import StoreClient
from progress import say
from table import Limit, Line
from workplace import Workplace

ENDPOINTS = 200
ROUNDS = 10
TICK = 0.01
SERVER = """
import asyncio
class Taking(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
    def data_received(self, data):
        if data.endswith(b"}"):
            self.transport.write(b"HTTP/1.1 202 Accepted\\r\\nContent-Length: 0\\r\\n\\r\\n")
async def main():
    server = await asyncio.get_running_loop().create_server(Taking, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
"""Takes everything, and does as little as can be."""


def _endpoints(url: str) -> Collection:
    each = '{{every: 60s, post_endpoint: "{0}", post_json_info: {{text: "{{result}}"}}}}'
    text = "\n".join(f"shop{number}/health: {each.format(url)}" for number in range(ENDPOINTS))
    found = read_endpoints(text.encode(), "a.yml", {}, wall_clock())
    return Collection({one.name: one for one in found.endpoints}, (), (), 1)


def _results(collection: Collection, number: int) -> Iterator[ResultMessage]:
    due = wall_clock() - 3600 + 60 * number
    for name in collection.endpoints:
        yield ResultMessage(endpoint=name, due=due, result="ok", ended=due, prober="p")


async def _post_all(store: str, url: str) -> float:
    """Return the cpu seconds of one posted result."""
    client = StoreClient(store)
    posting = Posting(client, "p", wall_clock, kept=100, give_up=3600)
    collection = _endpoints(url)
    posting.follow(collection)
    running = asyncio.create_task(posting.run())
    began = time.process_time()
    for number in range(ROUNDS):
        for result in _results(collection, number):
            posting.put(collection.endpoints[result.endpoint], result)
    wanted = str(ROUNDS * ENDPOINTS).encode()
    counters = f"{outbox_of('p')}counters"
    while await client.ask(client.redis.hget(counters, "sent")) != wanted:  # noqa: ASYNC110 - the store's
        await asyncio.sleep(0.1)
    took = time.process_time() - began
    posting.close()
    await running
    await client.close()
    return took / (ROUNDS * ENDPOINTS)


async def _post_bare(url: str) -> float:
    """Return the cpu seconds of one bare request."""
    began = time.process_time()
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        for _ in range(ROUNDS * ENDPOINTS):
            async with session.post(url, data=b'{"text":"ok"}') as response:
                await response.read()
    return (time.process_time() - began) / (ROUNDS * ENDPOINTS)


async def _delay(store: str, url: str, seconds: float = 10.0) -> float:
    """Return by how many seconds timers of the loop are late at 99 %, while outputs hang."""
    client = StoreClient(store)
    posting = Posting(client, f"q{len(url)}", wall_clock, kept=100, give_up=3600)
    collection = _endpoints(url)
    posting.follow(collection)
    running = asyncio.create_task(posting.run())
    loop = asyncio.get_running_loop()
    late: list[float] = []
    began, number = loop.time(), 0
    while loop.time() - began < seconds:
        if loop.time() - began > number:
            for result in _results(collection, number):
                posting.put(collection.endpoints[result.endpoint], result)
            number += 1
        due = loop.time() + TICK
        await asyncio.sleep(TICK)
        late.append(loop.time() - due)
    posting.close()
    await running
    await client.close()
    return sorted(late)[int(0.99 * len(late))]


async def _while_hanging(store: str) -> float:
    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    late = await _delay(store, f"http://127.0.0.1:{port}/")
    server.close()
    return late


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    say(f"posting: {ROUNDS * ENDPOINTS:,} results of {ENDPOINTS} endpoints; then outputs that hang")
    store = workplace.store().url
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/in"
        try:
            bare = asyncio.run(_post_bare(url))
            ours = asyncio.run(_post_all(store, url))
        finally:
            server.terminate()
    yield Line(
        "posting one result, from the probe to noting that it was taken",
        f"{1e3 * ours:.2f} ms of cpu",
        f"{1e3 * bare:.2f} ms of cpu, bare aiohttp",
        ours / bare,
        wanted=Limit(most=5),
    )
    late = asyncio.run(_while_hanging(store))
    yield Line(
        f"{ENDPOINTS} outputs that hang, 200 results a second: how late timers are at 99 %",
        f"{1e3 * late:.1f} ms",
        "",
        1e3 * late,
        wanted=Limit(most=50),
    )
