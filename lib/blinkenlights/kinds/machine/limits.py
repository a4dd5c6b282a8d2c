"""What is demanded of machines: by the command line, else by the configuration for their pool."""

from collections.abc import Callable, Iterable
from math import inf
from typing import NamedTuple

from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT
from blinkenlights.kinds.machine.read import MachineCensus, PoolLimit
from blinkenlights.plugin.nagios import Critical, Range, ServiceState
from blinkenlights.plugin.verdict import in_words
from blinkenlights.plugin.words import plain, span

IDLE_AFTER = 3600.0
"""Seconds after which a machine of whose pool nobody demands anything is called idle."""

Ages = tuple[Range | None, Range | None]
"""Ages to warn of, and those that are critical."""


class Given(NamedTuple):
    """What the command line demands of all pools; each wins over what is configured."""

    warning: Range | None = None
    critical: Range | None = None
    minimum: int | None = None
    failing: int | None = None


class MachineLimits:
    """What is demanded of each pool."""

    def __init__(self, given: Given, census: MachineCensus) -> None:
        """Take what the command line demands, and the census, which has the configuration."""
        self.given = given
        self._census = census
        self._ages: dict[str, Ages] = {}

    def ages(self, pool: str) -> Ages:
        """Return the ranges of ages for a pool; empty for a machine whose pool is not known."""
        if pool not in self._ages:
            own = self._of(pool)
            self._ages[pool] = (
                self.given.warning or _range(own and own.warning),
                self.given.critical or _range(own and own.critical),
            )
        return self._ages[pool]

    def minimum(self, pool: str) -> int:
        """Return how many machines of a pool have to live; 0 when nobody demands any."""
        if self.given.minimum is not None:
            return self.given.minimum
        own = self._of(pool)
        return own.minimum or 0 if own else 0

    def failing(self, pool: str) -> int:
        """Return how many failures in a row are too many; 0 when nobody says."""
        if self.given.failing is not None:
            return self.given.failing
        own = self._of(pool)
        return min(own.failing or 0, OUTCOMES_KEPT) if own else 0

    def least_failing(self, pools: Iterable[str]) -> int:
        """Return how many failures in a row are too many somewhere; 0 when nobody says."""
        return min(filter(None, map(self.failing, pools)), default=0)

    @property
    def named_pools(self) -> list[str]:
        """Pools that the configuration names, of which some machines have to live."""
        return [own.pool for own in self._census.limits if own.minimum]

    def are_spans(self, pools: Iterable[str]) -> bool:
        """Whether all ages are bounded above only, so that sorted sets can tell who is outside."""
        return all(
            not limit.invert and limit.start <= 0 and limit.end < inf
            for pool in pools
            for limit in self.ages(pool)
            if limit is not None
        )

    def patience(self, pool: str) -> float | None:
        """Return the seconds after which nobody counts as living; None when nobody says."""
        warning, critical = self.ages(pool)
        limit = critical or warning
        return None if limit is None else ends(limit)

    def before(self, judged_at: float, *, critical: bool) -> Callable[[str], float | None]:
        """Return a function from a pool to the time before which its machines are outside."""

        def of_pool(pool: str) -> float | None:
            ages = self.ages(pool)[critical:]
            return max((judged_at - limit.end for limit in ages if limit), default=None)

        return of_pool

    def words(self, state: ServiceState, pool: str) -> str:
        """Return the limit that makes the difference, as people say it: `4h`; empty for none."""
        warning, critical = self.ages(pool)
        limit = critical if state is Critical else warning or critical
        return in_words(limit, span) if limit else ""

    def _of(self, pool: str) -> PoolLimit | None:
        return self._census.limit_of(pool)


def ends(limit: Range) -> float:
    """Return the seconds at which a range of ages ends for somebody who grows older."""
    return limit.start if limit.invert else limit.end


def _range(seconds: float | None) -> Range | None:
    return None if seconds is None else Range(plain(seconds))
