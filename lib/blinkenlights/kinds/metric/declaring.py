"""What `expect` and `forget` do with series."""

from collections.abc import Sequence

from blinkenlights.errors import UsageError
from blinkenlights.invisible import distinct
from blinkenlights.kinds.declaring_by_name import DeclaringByName
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.kinds.metric.declare import SeriesStore
from blinkenlights.kinds.metric.identity import SERIES_BYTES, identity_of
from blinkenlights.kinds.metric.keys import Facts
from blinkenlights.store.client import StoreClient


class SeriesDeclaring(DeclaringByName[Facts]):
    """Series have no instances; they are named as a whole, `name@host{tag=value}`."""

    option = "--metric"
    together = "metrics"
    called = "metric "
    field = "series"
    expect_help = "a series that has to be heard: NAME@HOST{TAG=VALUE} (may be repeated)"
    forget_help = "a series: NAME@HOST{TAG=VALUE}, or a glob (may be repeated)"
    expected = "series of metrics"
    forgotten = "series of metrics"
    without_minimum = "--min is for components; a series is one"
    narrowed_by = frozenset(("silent_since", "first_since", "came_by", "host"))

    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what no series is called."""
        names = [distinct(name) for name in names]
        for name in names:
            if not name or not name.isprintable() or len(name.encode()) > SERIES_BYTES:
                raise UsageError(
                    f"{name!r} cannot be a series: one has 1 to {SERIES_BYTES} bytes, all "
                    f"printable; write NAME@HOST{{TAG=VALUE}}"
                )
        return list(dict.fromkeys(names))

    def store_of(self, client: StoreClient) -> SeriesStore:
        """Return the store of series."""
        return SeriesStore(client)

    def is_meant(self, name: str, facts: Facts, how: Forgetting) -> bool:
        """Return whether a series is to be forgotten."""
        return how.means(facts.seen, facts.first, facts.source, identity_of(name).host)
