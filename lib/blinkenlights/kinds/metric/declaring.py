"""What `expect` and `forget` do with series."""

from collections.abc import Sequence

from blinkenlights.errors import UsageError
from blinkenlights.globs import is_glob
from blinkenlights.invisible import distinct
from blinkenlights.kinds.declaring import Declarations, Declaring, Done, Listed, said_of
from blinkenlights.kinds.forgetting import Forgetting, chosen, forget_in_portions
from blinkenlights.kinds.metric.declare import SeriesStore
from blinkenlights.kinds.metric.identity import SERIES_BYTES, identity_of
from blinkenlights.kinds.metric.keys import Facts
from blinkenlights.store.client import StoreClient


class SeriesDeclaring(Declaring):
    """Series have no instances; they are named as a whole, `name@host{tag=value}`."""

    option = "--metric"
    together = "metrics"
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

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare series."""
        del minimum
        series = SeriesStore(store)
        for name in names:
            await series.expect(name, now)
        return said_of("expected", dict.fromkeys(names, True), "metric ")

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take series out of service."""
        series = SeriesStore(store)
        known = {name: await series.retire(name, now) for name in names}
        return said_of("retired", known, "metric ")

    async def declared(self, store: StoreClient) -> Declarations:
        """Return the series that are declared, then those that are retired."""
        series = SeriesStore(store)
        expected = await series.expected()
        retired = sorted((await series.retired()).items())
        rows = [
            Listed(f"metric {each.series}", "expected", "", each.since, each.seen)
            for each in expected
        ]
        rows += [Listed(f"metric {name}", "retired", "", since, None) for name, since in retired]
        facts = {
            "expected": [each._asdict() for each in expected],
            "retired": [{"series": name, "since": since} for name, since in retired],
        }
        return Declarations(rows, facts)

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of series, of those that match globs, and of silent ones."""
        series = SeriesStore(store)
        if how.narrows or how.is_rehearsal or any(map(is_glob, names)):
            there = await series.known() if not how.narrows else await _meant(series, how)
            known = chosen(names, there, is_narrowed=bool(how.narrows))
        else:
            known = dict.fromkeys(names, True)
        if not how.is_rehearsal:
            await forget_in_portions(known, series.forget, how.told)
        return {f"metric {name}": was_known for name, was_known in known.items()}


async def _meant(series: SeriesStore, how: Forgetting) -> set[str]:
    """Return the series that are meant, whatever they are called."""
    return {name async for name, facts in series.facts() if _is_meant(name, facts, how)}


def _is_meant(name: str, facts: Facts, how: Forgetting) -> bool:
    return (
        (how.silent_since is None or facts.seen < how.silent_since)
        and (how.first_since is None or facts.first >= how.first_since)
        and (not how.came_by or facts.source == how.came_by)
        and (not how.host or identity_of(name).host == how.host)
    )
