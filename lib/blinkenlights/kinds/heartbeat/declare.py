"""What somebody declares of components: that they are expected, retired or gone."""

from blinkenlights.kinds.declared_store import Declared, DeclaredStore
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.store.script import Script


class ComponentStore(DeclaredStore[heartbeat_keys.Facts]):
    """The store, for declaring components."""

    prefix = heartbeat_keys.PREFIX
    declare_script = Script(__package__, "declare")
    forget_script = Script(__package__, "forget")

    async def expect(self, name: str, now: float, minimum: int = 1) -> None:
        """Declare a component with its least number of instances; takes back a retirement."""
        await self._declare("expect", name, f"{now:.3f}", minimum)

    async def known(self) -> set[str]:
        """Return all components of which anything is known, be it by declaration."""
        return {*await self.retired(), *(each.name for each in await self.expected())} | {
            *await self.seen()
        }

    async def seen(self) -> dict[str, float]:
        """Return when each component was last seen, but for those that are retired."""
        found: dict[str, float] = {}
        for interval in await self._store.ask(self._store.redis.smembers(heartbeat_keys.INTERVALS)):
            key = f"{heartbeat_keys.SEEN_BY_INTERVAL}{interval.decode()}"
            pairs = await self._store.ask(self._store.redis.zrange(key, 0, -1, withscores=True))
            found |= {component.decode(): seen for component, seen in pairs}
        return found

    def parse_facts(self, packed: bytes) -> heartbeat_keys.Facts:
        """Return the facts of a component; raises ValueError."""
        return heartbeat_keys.parse_facts(packed.decode())

    def _declared(self, name: str, text: str, *, seen: bool) -> Declared:
        since, minimum = text.split(" ")
        return Declared(name, float(since), seen, int(minimum))
