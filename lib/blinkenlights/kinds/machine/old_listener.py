"""Machines and when they were last seen, below the paths and in the form of the old listener."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct

from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.own_route import OwnRoute
from blinkenlights.store.reader import StoreReader


class LastSeen(Struct, frozen=True):
    """One machine."""

    datacenter: str
    machine: str
    lastseen: str
    """UTC without saying so, ISO 8601; without a fraction when that is zero."""


def listed(seen: Iterable[tuple[str, float]]) -> list[LastSeen]:
    """Return machines, `datacenter:machine` and seconds since the epoch, in the order given."""
    rows = []
    for name, time in seen:
        datacenter, _, machine = name.partition(":")
        rows.append(LastSeen(datacenter, machine, iso(time)))
    return rows


def iso(time: float) -> str:
    """Return a time as the old listener wrote it."""
    return datetime.fromtimestamp(time, UTC).replace(tzinfo=None).isoformat()


def all_machines(store: StoreReader, _name: str) -> list[LastSeen]:
    """Return all machines that were ever seen, by name."""
    pools, retired = store.ask(("SMEMBERS", keys.POOLS), ("ZRANGE", keys.RETIRED, 0, -1))
    kept = {name: facts.seen for name, facts in machines.facts_of(store, retired).items()}
    seen = kept | (machines.last_seen(store, pools) if pools else {})
    return listed(sorted((name, time) for name, time in seen.items() if time > 0))


def one_machine(store: StoreReader, name: str) -> str | None:
    """Return the time alone; None for a machine that was never seen."""
    facts = machines.facts_of(store, [name]).get(name)
    return iso(facts.seen) if facts and facts.seen else None


ROUTES = (
    OwnRoute(
        path="/machines",
        name="all_machines",
        summary="When each machine was last seen, as the old listener told it",
        says="All machines that were ever seen.",
        type=list[LastSeen],
        answer=all_machines,
        of_source=(),
    ),
    OwnRoute(
        path="/machines/{machine}",
        name="one_machine",
        summary="When one machine was last seen, as the old listener told it",
        says="UTC without saying so, ISO 8601.",
        type=str,
        answer=one_machine,
        unknown="unknown machine",
    ),
)
