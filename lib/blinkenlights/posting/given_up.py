"""What was given up of results that were to be posted, for people who look it up."""

import logging

import msgspec

from blinkenlights.kinds.endpoint.keys import PROBERS
from blinkenlights.posting.entry import Letter
from blinkenlights.posting.keys import outbox_of
from blinkenlights.store.client import UNREADABLE, StoreClient

_letter = msgspec.json.Decoder(Letter).decode
log = logging.getLogger("blinkenlights.posting")


async def given_up(store: StoreClient, prober: str, most: int) -> list[Letter]:
    """Return what was given up, newest first; raises a StoreError.

    Args:
        store: Where it is kept.
        prober: Of which prober; empty for all.
        most: How many at most.
    """
    names = [prober]
    if not prober:
        names = [name.decode() for name in await store.ask(store.redis.hkeys(PROBERS))]
    found: list[Letter] = []
    for name in names:
        key = outbox_of(name) + "dead"
        for text in await store.ask(store.redis.lrange(key, 0, most - 1)):
            try:
                found.append(_letter(text))
            except UNREADABLE as error:
                log.warning("%s", store.not_ours(key, error))
    found.sort(key=lambda one: one.at, reverse=True)
    return found[:most]
