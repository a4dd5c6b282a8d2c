"""What is demanded of clients and sources, and for how long one was silent while we heard."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import matcher
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.plugin import hearing
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import Reply, StoreReader


class FlowLimit(NamedTuple):
    """Limits that the configuration gives to clients or sources. None where it gives none."""

    scope: str
    glob: str
    deadline: float | None
    """Seconds within which a good transfer must come."""
    min_rate: float | None
    """Least good transfers a minute."""
    max_errors: float | None
    """Greatest share of bad ones, in percent."""

    @property
    def is_of_numbers(self) -> bool:
        """Whether it limits what is counted, and not only the time."""
        return self.min_rate is not None or self.max_errors is not None


def read_limits(text: Reply) -> list[FlowLimit]:
    """Return the limits that the collectors put into the store; raises StoreAnswer."""
    if text is None:
        return []
    try:
        return [
            FlowLimit(
                "client" if one["client"] else "source",
                one["client"] or one["source"],
                one["deadline"],
                one["min_rate"],
                one["max_errors"],
            )
            for one in json.loads(text)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreAnswer(
            f"{keys.LIMITS} cannot be read ({error!r}); are collector and checks of one version?"
        ) from error


def limit_of(limits: Iterable[FlowLimit], scope: str, name: str) -> FlowLimit | None:
    """Return the first limit for a flow, in the order of the configuration."""
    for limit in limits:
        if limit.scope == scope and matcher([limit.glob])(name):
            return limit
    return None


def moved(horizon: Horizon, flow: Flow) -> float:
    """Return when a flow last moved, as far as is known: 0 for never.

    A report that was sent just before it came is evidence of that, whatever time it carries.
    """
    is_credible = flow.received <= horizon.now + CLOCK_TOLERANCE
    return max(flow.last_good, flow.received) if is_credible else flow.last_good


def lag(horizon: Horizon, flow: Flow, limit: float) -> float:
    """Return by how many seconds a flow reports late that would else be silent; 0 when it does not.

    Args:
        horizon: What could be heard.
        flow: One of which a report may have come just now.
        limit: Seconds for which it may be without a good transfer.
    """
    last, until = moved(horizon, flow), horizon.stored_up_to
    if not flow.last_good < until - limit <= last:
        return 0.0
    return last - flow.last_good


def late_reports(lag: float) -> str:
    """Return in words by how much somebody reports late."""
    return f"reports transfers of {span(lag)} ago: backlog or clock"


def silence(horizon: Horizon, flow: Flow, grace: float) -> float:
    """Return for how many seconds a flow did not move while all sources could be heard.

    Its transfers come by all of them, those included that are away: what is missing may wait there.
    """
    return hearing.silence(horizon, moved(horizon, flow), grace, horizon.sources)


def deafness(horizon: Horizon, flow: Flow, grace: float) -> str:
    """Return in words why a flow may not have been heard, by the source that was deaf longest."""
    return hearing.deafness(horizon, moved(horizon, flow), grace, horizon.sources)


def was_deaf(horizon: Horizon, window: float) -> bool:
    """Return whether a flow may look silent for `window` seconds because we could not hear it."""
    # All are judged at the source that is stored least far, so that a lag makes nobody silent.
    return hearing.was_deaf(horizon, window, window)


def limited(store: StoreReader, scope: str, limits: Sequence[FlowLimit]) -> Mapping[str, FlowLimit]:
    """Return the limit of each flow for which the configuration has one."""
    mine = [limit for limit in limits if limit.scope == scope]
    if not mine:
        return {}
    known = transfers.matching(store, scope, [limit.glob for limit in mine])
    found = {flow.name: limit_of(mine, scope, flow.name) for flow in known}
    return {name: limit for name, limit in found.items() if limit is not None}
