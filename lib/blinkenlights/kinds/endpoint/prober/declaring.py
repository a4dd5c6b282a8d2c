"""What `forget` does with probers; nobody expects one, because its report says that it is there."""

from collections.abc import Sequence

from blinkenlights.globs import is_glob
from blinkenlights.kinds.declaring import Declaring, printable_names
from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.forgetting import Forgetting, chosen
from blinkenlights.store.client import StoreClient


class ProberDeclaring(Declaring):
    """Probers that are gone for good are forgotten."""

    option = "--prober"
    together = "probers"
    forget_help = "a prober that is gone for good, or a glob (may be repeated)"
    forgotten = "probers"

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no prober is called."""
        return printable_names(names, "prober")

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove the reports of probers."""
        known = dict.fromkeys(names, True)
        if how.is_rehearsal or any(map(is_glob, names)):
            there = await store.ask(store.redis.hkeys(keys.PROBERS))
            known = chosen(names, [name.decode() for name in there])
        if not how.is_rehearsal:
            for name in [name for name, is_known in known.items() if is_known]:
                pipe = store.redis.pipeline(transaction=True)
                pipe.hdel(keys.PROBERS, name)
                pipe.zrem(keys.PROBER_SEEN, name)
                known[name] = any(await store.ask(pipe.execute()))
                await _forget_outbox(store, keys.outbox_of(name))
        return {f"prober {name}": was_known for name, was_known in known.items()}


async def _forget_outbox(store: StoreClient, prefix: str) -> None:
    """Remove what is queued to be posted, and what is known of that."""
    queues = await store.ask(store.redis.zrange(prefix + "due", 0, -1))
    kept = [prefix + name for name in keys.OUTBOX]
    kept += [f"{prefix}queue:{queue.decode()}" for queue in queues]
    await store.ask(store.redis.delete(*kept))
