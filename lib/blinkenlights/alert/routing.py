"""Whom an alert goes to, and with which others in one message."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.alert.matching import attribute, matches
from blinkenlights.alert.record import Record
from blinkenlights.rules.receiver import Receiver, Route


class Target(NamedTuple):
    """One receiver of one alert."""

    address: str
    """As the store has it: name and digest of its settings."""
    group: str
    route: Route
    step: int = 0
    """The step of escalation that brings it there; 0 for none."""
    after: float = 0.0
    """Seconds from when it fires until this receiver is told."""


def targets_of(
    record: Record,
    tell: Sequence[str],
    routes: Sequence[Route],
    receivers: Mapping[str, Receiver],
) -> list[Target]:
    """Return all whom an alert may go to, each once: whoever is told first counts.

    Args:
        record: The alert.
        tell: Whom its rule names; where it names nobody, routes say it.
        routes: In the order in which they are tried.
        receivers: By their names; what is not there is a mistake that `lint` names.
    """
    found: dict[str, Target] = {}
    for route in [Route(tell=tuple(tell))] if tell else routes:
        if not matches(record, route.match):
            continue
        group = group_of(record, route.group_by)
        steps = [(0, 0.0, route.tell)]
        steps += [(at, step.after, step.tell) for at, step in enumerate(route.escalate, 1)]
        for at, after, names in steps:
            for name in names:
                if name in receivers:
                    address = receivers[name].address
                    found.setdefault(address, Target(address, group, route, at, after))
        if not route.goes_on:
            break
    return list(found.values())


def group_of(record: Record, group_by: Sequence[str]) -> str:
    """Return what alerts have in common that are told together: `rule=queue is long, host=a`."""
    return ", ".join(f"{name}={attribute(record, name)}" for name in group_by)
