"""Snapshots and texts that all share who ask for the same."""

import asyncio

import pytest

from blinkenlights.store.address import parse_address
from blinkenlights.web.sharing import Sharing
from blinkenlights.web.shown import Filters, Snapshot
from blinkenlights.web.store_thread import AbandonableReader, StoreThread
from servers.simulation import Simulation


def test_who_asks_again_finds_the_text_made(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot is made with the texts that were wanted of the one before, and no others."""
    monkeypatch.setattr("blinkenlights.web.sharing.FRESH_SECONDS", 0.0)
    made: list[str] = []

    def page(_snapshot: Snapshot, _filters: Filters) -> str:
        made.append("page")
        return "page"

    def fragment(_snapshot: Snapshot, _filters: Filters) -> str:
        made.append("fragment")
        return "fragment"

    async def ask() -> list[str]:
        address = parse_address(simulation.url)
        thread = StoreThread(lambda: AbandonableReader(address, 5), most=4, share=4)
        sharing = Sharing(lambda _: thread, lambda: simulation.now)
        try:
            assert await sharing.text(Filters(), fragment, "somebody") == "fragment"
            await sharing.text(Filters(), page, "somebody")
            made.clear()
            await sharing.snapshot(Filters(), "somebody")
            return list(made)
        finally:
            await thread.close()

    assert asyncio.run(ask()) == ["page"]
