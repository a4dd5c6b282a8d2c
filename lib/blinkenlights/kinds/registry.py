"""All kinds. A kind is added with its folder, and with its name in a line of the list below.

For daemons and commands. A check imports what is its own, and nothing of this.
"""

from functools import cache

from blinkenlights.kinds.alert.kind import ALERT
from blinkenlights.kinds.collector.kind import COLLECTOR
from blinkenlights.kinds.endpoint.kind import ENDPOINT
from blinkenlights.kinds.expected.kind import EXPECTED
from blinkenlights.kinds.heartbeat.kind import HEARTBEAT
from blinkenlights.kinds.kind import Check, Kind
from blinkenlights.kinds.learnable import Learnable
from blinkenlights.kinds.machine.kind import MACHINE
from blinkenlights.kinds.measured import Foreseeing
from blinkenlights.kinds.metric.kind import METRIC
from blinkenlights.kinds.own_route import OwnRoute
from blinkenlights.kinds.signal import Signal
from blinkenlights.kinds.subject import Subject
from blinkenlights.kinds.transfer.kind import TRANSFER

KINDS: tuple[Kind, ...] = (
    HEARTBEAT,
    TRANSFER,
    MACHINE,
    ENDPOINT,
    METRIC,
    EXPECTED,
    ALERT,
    COLLECTOR,
)


@cache
def signals() -> tuple[Signal, ...]:
    """Return all signals, those of one kind beside each other."""
    return tuple(signal for kind in KINDS for signal in kind.signals)


@cache
def subjects() -> tuple[Subject, ...]:
    """Return all subjects, in the order of the page."""
    return tuple(subject for kind in KINDS for subject in kind.subjects)


@cache
def own_routes() -> tuple[OwnRoute, ...]:
    """Return what kinds answer by HTTP beside the lists of their subjects."""
    return tuple(route for kind in KINDS for route in kind.routes)


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks."""
    return tuple(check for kind in KINDS for check in kind.checks)


@cache
def learnables() -> tuple[Learnable, ...]:
    """Return all sorts of series of which it can be learned what is usual."""
    return tuple(each for kind in KINDS for each in kind.learnables)


@cache
def foreseen(sort: str) -> tuple[tuple[Foreseeing, Learnable], ...]:
    """Return what is expected of series of one sort, such as `client`; nothing for other things."""
    return tuple(
        (kind.foreseeing, learnable)
        for kind in KINDS
        if kind.foreseeing
        for learnable in learnables()
        if learnable.sort == sort
    )


def signal_named(name: str) -> Signal | None:
    """Return the signal of this name, as the configuration and lines have it; None for none."""
    return next((signal for signal in signals() if signal.name == name), None)


@cache
def keepers_of_numbers() -> tuple[Signal, ...]:
    """Return the signals that keep the numbers of others."""
    return tuple(signal for signal in signals() if signal.of_number)


@cache
def signal_of(fact: type) -> Signal | None:
    """Return the signal whose decoder gives facts of this class; None for none."""
    return next((signal for signal in signals() if fact in signal.facts), None)
