"""The documented users of the store survive a restart together with what was stored."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from blinkenlights.kinds.heartbeat.declare import ComponentStore
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from servers.batches import Beat, batch_of
from servers.process import make_folder, remove_folder
from servers.valkey import Valkey

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
COLLECTOR = "blinkenlights-collector"


def test_a_restarted_redis_replays_everything(own_valkey: Callable[..., Valkey]) -> None:
    """Redis replays its append-only file as `default`, whose line must let it do so."""
    lines = re.findall(r"^user .*$", DOCUMENTED, re.MULTILINE)
    password = re.search(rf"^user {COLLECTOR} .*?>(\S+)", DOCUMENTED, re.MULTILINE)
    assert password
    folder = make_folder("acl")
    try:
        acl = folder / "users.acl"
        acl.write_text("\n".join([*lines, ""]))
        # One that serves TLS is Redis itself: only there the fault shows.
        server = own_valkey({"appendonly": "yes", "aclfile": str(acl)}, tls=True)

        def connect() -> StoreClient:
            return StoreClient(server.url, username=COLLECTOR, password=password[1])

        async def store_and_restart() -> list[str]:
            store = connect()
            beat = Heartbeat("billing", 1790000000.0, 60, "", "{}")
            await ComponentStore(store).expect("billing", 1790000000.0)
            await StoreWriter(store).store(
                batch_of([Beat(beat, 1790000000.0, "a1b2c3d4", live=True)])
            )
            await store.close()
            server.restart()
            again = connect()
            declared = await ComponentStore(again).expected()
            await again.close()
            return [one.name for one in declared if one.seen]

        found = asyncio.run(store_and_restart())
    finally:
        remove_folder(folder)

    assert found == ["billing"]
