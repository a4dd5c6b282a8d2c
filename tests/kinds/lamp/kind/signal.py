"""Lamps as a signal."""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter

import msgspec
from blinkenlights.kinds.lamp import keys
from blinkenlights.kinds.lamp.decode import decode
from blinkenlights.kinds.lamp.fact import Lamp
from blinkenlights.kinds.lamp.settings import TABLES, LampConfig
from blinkenlights.kinds.lamp.write import LampRows

from blinkenlights.kinds.signal import Handover, Names, Settings, Signal
from blinkenlights.store.client import StoreClient
from blinkenlights.store.names import Kept


def _handovers(settings: Settings, is_heard: bool) -> Sequence[Handover]:
    limits = settings.tables(LampConfig)
    return [partial(_hand_over, limits)] if limits or is_heard else []


async def _hand_over(limits: Sequence[LampConfig], store: StoreClient, _now: float) -> None:
    await store.ask(store.redis.set(keys.LIMITS, msgspec.json.encode(limits)))


LAMPS = Signal(
    name="lamp",
    decoder=lambda _settings: decode,
    facts=(Lamp,),
    rows=LampRows,
    names={Lamp: (Names(attrgetter("name"), Kept(keys.FACTS, "hash")),)},
    tables=TABLES,
    handovers=_handovers,
)
