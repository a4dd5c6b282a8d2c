"""The outbox of alerts: its queues hold notices, each for one receiver and one group of alerts."""

from typing import Any

import msgspec

from blinkenlights.alert.message import Incident
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.told import Letter
from blinkenlights.kinds.alert import keys
from blinkenlights.outbox.outbox import Outbox
from blinkenlights.outbox.taken import Taken
from blinkenlights.plugin.words import count
from blinkenlights.rules.receiver import Receiver
from blinkenlights.store.client import StoreClient

MOST_NOTICES = 10_000
"""Told in one message; the others follow. With each message all that a receiver knows is read and
written, so that many small ones of a burst would take longer than it lasts."""


class _Reachable(msgspec.Struct):
    """A receiver, as it is kept."""

    name: str
    channel: str
    settings: dict[str, Any]
    digest: str
    file: str = ""
    line: int = 0


_reachable = msgspec.json.Decoder(_Reachable).decode


AlertsTaken = Taken[Notice, Incident]


def name_of(address: str) -> str:
    """Return the name of the receiver that has an address."""
    return address.rpartition("@")[0]


class AlertOutbox(Outbox[Notice, Incident]):
    """The store, for those who tell of alerts. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        super().__init__(store, keys.PREFIX, Notice, Incident, most_entries=MOST_NOTICES)

    async def receiver(self, address: str) -> Receiver | None:
        """Return how to reach a receiver that was ever told anything; None for an unknown one."""
        text = await self._store.ask(self._store.redis.hget(keys.RECEIVERS, address))
        try:
            return Receiver(**msgspec.to_builtins(_reachable(text))) if text else None
        except msgspec.MsgspecError as error:
            raise self._store.not_ours(keys.RECEIVERS, error) from error

    def damage(self, taken: AlertsTaken, number: int, now: float) -> Letter:
        """Return the dead letter about notices that nobody can read."""
        return Letter(
            at=now,
            receiver=name_of(taken.address),
            title=f"{count(number, 'notice')} in the store that cannot be read",
            error="the store holds something that is not ours; are all programs of one version?",
            number=number,
        )

    def counted(self, taken: AlertsTaken) -> str:
        """Return the name of the receiver."""
        return name_of(taken.address)
