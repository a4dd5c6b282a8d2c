"""What somebody declares of series: that they are expected, retired or gone."""

from blinkenlights.kinds.declared_store import DeclaredStore
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.limits import limit_of
from blinkenlights.store.script import Script


class SeriesStore(DeclaredStore[keys.Facts]):
    """The store, for declaring series."""

    prefix = keys.PREFIX
    declare_script = Script(__package__, "declare")
    forget_script = Script(__package__, "forget")

    async def expect(self, name: str, now: float) -> None:
        """Declare a series; takes back a retirement."""
        packed = await self._store.ask(self._store.redis.hget(keys.FACTS, name))
        limit = 0.0
        if packed is not None:
            try:
                limit = limit_of(keys.parse_facts(packed))
            except ValueError as error:
                raise self._store.not_ours(keys.FACTS, error) from error
        await self._declare("expect", name, f"{now:.3f}", f"{limit:.3f}")

    def parse_facts(self, packed: bytes) -> keys.Facts:
        """Return the facts of a series as they are packed; raises ValueError."""
        return keys.parse_facts(packed)
