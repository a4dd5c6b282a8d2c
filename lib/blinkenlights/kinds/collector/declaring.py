"""What `forget` does with collectors."""

from collections.abc import Sequence

from blinkenlights.kinds.declaring import Declaring, printable_names
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords


class CollectorDeclaring(Declaring):
    """Collectors declare themselves, and are forgotten when they will not come back."""

    option = "--collector"
    together = "collectors"
    forget_help = "a collector, as check_collector calls it (may be repeated)"
    forgotten = "a collector"

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what none is called."""
        return printable_names(names, "collector")

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what collectors reported."""
        records = CollectorRecords(store)
        if how.is_rehearsal:
            reports = await records.reports()
            return {f"collector {name}": name in reports for name in names}
        return {f"collector {name}": await records.forget_collector(name) for name in names}
