"""What `expect` and `forget` do with lamps."""

from collections.abc import Sequence

from blinkenlights.kinds.lamp import keys

from blinkenlights.kinds.declaring import Declaring, Done, printable_names, said_of
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.store.client import StoreClient


class LampDeclaring(Declaring):
    """Lamps are expected, retired and forgotten one by one."""

    option = "--lamp"
    together = "lamps"
    expect_help = "a lamp that has to be heard (may be repeated)"
    forget_help = "a lamp (may be repeated)"
    expected = "lamps"
    forgotten = "lamps"
    without_minimum = "--min is for components"
    is_rehearsed = False

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no lamp is called."""
        return printable_names(names, "lamp")

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare lamps."""
        del minimum
        for name in names:
            await store.ask(store.redis.hset(keys.EXPECTED, name, f"{now:.3f}"))
            await store.ask(store.redis.zrem(keys.RETIRED, name))
        return said_of("expected", dict.fromkeys(names, True), "lamp ")

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take lamps out of service."""
        for name in names:
            await store.ask(store.redis.zadd(keys.RETIRED, {name: now}))
        return said_of("retired", dict.fromkeys(names, True), "lamp ")

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of lamps."""
        del how
        known = {}
        for name in names:
            pipe = store.redis.pipeline(transaction=True)
            pipe.hdel(keys.FACTS, name)
            pipe.hdel(keys.EXPECTED, name)
            pipe.zrem(keys.SEEN, name)
            pipe.zrem(keys.RETIRED, name)
            known[f"lamp {name}"] = any(await store.ask(pipe.execute()))
        return known
