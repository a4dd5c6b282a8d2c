"""Which components have too few living instances, and since when."""

from collections.abc import Mapping
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.instances import last_enough, running_instances
from blinkenlights.kinds.heartbeat.lateness import Limits
from blinkenlights.plugin.horizon import Horizon


class Shortage(NamedTuple):
    """A component with too few living instances."""

    component: str
    alive: int
    minimum: int
    since: float | None
    """When there were last enough, as far as is known; None when never."""


def shortages_of(
    minima: Mapping[str, int], facts: Mapping[str, keys.Facts], horizon: Horizon, limits: Limits
) -> list[Shortage]:
    """Return those of `minima`, component -> least number, with fewer living instances.

    An instance seen ahead of our clock proves nothing and is not counted; such a component is not
    judged.
    """
    latest = horizon.now + CLOCK_TOLERANCE
    found = []
    for component, minimum in minima.items():
        known = facts.get(component)
        if known is None or known.seen > latest:
            continue
        living = living_of(known, horizon, limits)
        alive = running_instances(living)
        if alive < minimum:
            seen = [instance for instance in known.instances if instance.last <= latest]
            since = last_enough(seen, minimum, living)
            found.append(Shortage(component, alive, minimum, since))
    return sorted(found, key=lambda one: (one.alive - one.minimum, one.component))


def living_of(facts: keys.Facts, horizon: Horizon, limits: Limits) -> list[keys.Instance]:
    """Return the instances that lived within the limit, in time during which we could hear."""
    patience = limits.patience(facts.interval)
    return [
        instance
        for instance in facts.instances
        if horizon.silence(instance.last, facts.interval, facts.source) <= patience
        and instance.last <= horizon.now + CLOCK_TOLERANCE
    ]
