"""A prober that posts, whose results tests make up, and a service that takes what is posted."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from ssl import SSLContext
from typing import Any

from aiohttp import web

from alert.speaking import eventually
from blinkenlights.kinds.endpoint.message import ResultMessage, Times, Word
from blinkenlights.kinds.endpoint.prober.message import OutputsMessage, ProberMessage, Window
from blinkenlights.posting.posting import Posting
from blinkenlights.probe.files.collection import Collection
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.store.client import StoreClient
from servers.heard import Request, Service, served
from servers.valkey import Valkey

NOON = 1_764_331_200.0
NAME = "shop.example.net/health"
FILE = """\
shop.example.net/health:
  every: 60s
  capture: [status, version]
  labels: {team: shop}
  post_endpoint: URL/in
  post_json_info: {text: "{status} of {version}", version: "{version}"}
"""


class Taker(Service):
    """Takes everything."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response(status=202)

    @property
    def bodies(self) -> list[Any]:
        """What was posted."""
        return [json.loads(each.body) for each in self.requests]


class Stage:
    """Probers on one store."""

    def __init__(self, valkey: Valkey) -> None:
        self.valkey = valkey
        self.now = NOON + 3600.0
        self.collection = Collection({}, (), (), 0)
        self.kept = 100
        self.give_up = 43_200.0

    def reads(self, text: str, url: str = "", environment: Mapping[str, str] | None = None) -> None:
        """Take a file of endpoints; `URL` stands for where things are posted."""
        whole = text.replace("URL", url).encode()
        found = read_endpoints(whole, "a.yml", environment or {}, NOON)
        endpoints = {each.name: each for each in found.endpoints}
        self.collection = Collection(endpoints, found.self_outputs, (), 1)

    def result(
        self, minute: int = 0, result: Word = "ok", name: str = NAME, **values: object
    ) -> ResultMessage:
        """Return what came of a probe."""
        due = NOON + 60.0 * minute
        return ResultMessage(
            endpoint=name,
            due=due,
            result=result,
            ended=due + 1,
            prober="p1",
            reasons=[] if result == "ok" else ["status was 503"],
            status=200,
            time=Times(total=0.25),
            values={"status": "ok", "version": 7.0} | values,  # type: ignore[arg-type]
            labels={"team": "shop"},
        )

    def put(self, posting: Posting, *results: ResultMessage) -> None:
        """Let a prober find these."""
        for each in results:
            posting.put(self.collection.endpoints[each.endpoint], each)

    @asynccontextmanager
    async def posting(self, prober: str = "p1") -> AsyncIterator[Posting]:
        """Give a prober that posts."""
        client = StoreClient(self.valkey.url)
        posting = Posting(client, prober, lambda: self.now, kept=self.kept, give_up=self.give_up)
        posting.follow(self.collection)
        running = asyncio.create_task(posting.run())
        try:
            yield posting
        finally:
            posting.close()
            await running
            await client.close()

    @asynccontextmanager
    async def posting_to(
        self, taker: Taker, text: str = FILE, tls: SSLContext | None = None
    ) -> AsyncIterator[Posting]:
        """Give a prober that posts to a service by a file, while that service is there."""
        async with served(taker, tls):
            self.reads(text, taker.url)
            async with self.posting() as posting:
                yield posting

    def failing(self, prober: str = "p1") -> str:
        """Return what went wrong last with any output; empty for nothing."""
        client: Any = self.valkey.client()
        return " ".join(client.hvals(f"blinkenlights:{{endpoint}}:posting:{prober}:tries"))

    def letters(self, prober: str = "p1") -> list[dict[str, Any]]:
        """Return what was given up, newest first."""
        client: Any = self.valkey.client()
        rows = client.lrange(f"blinkenlights:{{endpoint}}:posting:{prober}:dead", 0, -1)
        return [json.loads(row) for row in rows]

    def count(self, what: str, prober: str = "p1") -> int:
        """Return a counter of an outbox."""
        found = self.valkey.client().hget(
            f"blinkenlights:{{endpoint}}:posting:{prober}:counters", what
        )
        return int(str(found or 0))

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something holds."""
        await eventually(condition)

    def stored(self) -> str:
        """Return all that the store has, as one text."""
        client: Any = self.valkey.client()
        found: list[object] = []
        for key in client.keys("*"):
            found.append(key)
            kind = client.type(key)
            if kind == "hash":
                found.append(client.hgetall(key))
            elif kind == "list":
                found.append(client.lrange(key, 0, -1))
            elif kind == "zset":
                found.append(client.zrange(key, 0, -1))
            elif kind == "string":
                found.append(client.get(key))
        return repr(found)


def stands(posting: Posting) -> OutputsMessage:
    """Return how posting stands, as the prober reports it."""
    message = of_itself()
    posting.report(message)
    return message.outputs


def of_itself(minute: int = 0, **more: Any) -> ProberMessage:  # noqa: ANN401
    """Return what a prober reports."""
    at = NOON + 60.0 * minute + 3.0
    return ProberMessage(
        prober="p1",
        timestamp=at,
        started=NOON,
        endpoints=7,
        due=20,
        run=19,
        missed=1,
        window=Window(60.0, lag_95=0.5),
        **more,
    )
