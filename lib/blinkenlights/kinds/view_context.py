"""What views of one moment have in common: what could be heard until then, and for whom it is."""

from collections.abc import Mapping, Sequence

from blinkenlights.kinds.rows import Missed
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import Command, Reply, StoreReader

HORIZON_COMMANDS: tuple[Command, ...] = COMMANDS
"""What to ask the store for one."""
MOST_MISSED = 20


class ViewContext:
    """One moment, judged for one reader.

    Args:
        store: Where the facts are.
        now: The moment.
        replies: To `HORIZON_COMMANDS`.
        only_source: The one source of transfers that the asker may see; None for everything.
    """

    def __init__(
        self, store: StoreReader, now: float, replies: Sequence[Reply], only_source: str | None
    ) -> None:
        self.store = store
        self.now = now
        self.only_source = only_source
        self._replies = replies
        self._horizons: dict[str | None, Horizon] = {}

    def horizon(self, kind: str | None) -> Horizon:
        """Return what could be heard of one kind of signal, or of all; raises StoreAnswer."""
        if kind not in self._horizons:
            self._horizons[kind] = read_horizon(self._replies, self.now, kind)
        return self._horizons[kind]

    def doubts(self, horizon: Horizon) -> list[str]:
        """Return the doubts of a horizon, without names of queues for who may not see them."""
        return self._for_reader(horizon, horizon.doubts)

    def doubt(self, horizon: Horizon) -> str:
        """Return why those who are known may not live any more, for the reader; may be empty."""
        return next(iter(self._for_reader(horizon, horizon.doubts_about_known)), "")

    def doubts_by_source(self, horizon: Horizon, sources: Mapping[str, str]) -> dict[str, str]:
        """Return the first doubt about each of some whose sources are known: name -> source."""
        each = {source: self.doubt(horizon.narrowed([source])) for source in {*sources.values()}}
        return {name: each[source] for name, source in sources.items()}

    def missed(self, horizon: Horizon, sources: Sequence[str]) -> list[Missed]:
        """Return when some queues could not be heard, newest first; nothing about unknown ones."""
        addresses = {each.id: each.address for each in horizon.sources.values()}
        spans = [
            Missed(addresses[source], gap.start, gap.end, gap.reason)
            if self.only_source is None
            else Missed("", gap.start, gap.end)
            for source in sources
            if source in addresses
            for gap in horizon.gaps.get(source, ())
        ]
        return sorted(spans, key=lambda each: -each.end)[:MOST_MISSED]

    def _for_reader(self, horizon: Horizon, doubts: list[str]) -> list[str]:
        if not doubts or self.only_source is None:
            return doubts
        if horizon.blind:
            return ["nothing can be judged now, because the collector does not hear everything"]
        behind = span(max(0.0, self.now - horizon.stored_up_to))
        return [f"not everything was heard, what is known is {behind} old"]
