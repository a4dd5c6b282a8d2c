"""All locations at which there are endpoints or workers."""

from collections.abc import Collection, Iterable

from blinkenlights.kinds.endpoint.prober.message import LocationMessage
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.scheduling.location import Location
from blinkenlights.probing.scheduling.workers import Workers


class Locations:
    """Locations by their names; one that was ever needed stays.

    Args:
        workers: Who reports from where.
        per_host: Probes of one host at a time, at each location.
    """

    def __init__(self, workers: Workers, per_host: int) -> None:
        self._workers = workers
        self._per_host = per_host
        self._locations: dict[str, Location] = {}

    def names(self) -> Collection[str]:
        """Return the names of all."""
        return self._locations.keys()

    def all(self) -> Collection[Location]:
        """Return all of them."""
        return self._locations.values()

    def named(self, name: str) -> Location:
        """Return one, which is made if there is none of this name."""
        found = self._locations.get(name)
        if found is None:
            found = self._locations[name] = Location(name, self._per_host)
        return found

    def of(self, endpoint: Endpoint) -> Location:
        """Return from where an endpoint is probed."""
        return self.named(endpoint.location)

    def follow(self, endpoints: Iterable[Endpoint], now: float) -> None:
        """Have these endpoints from now on."""
        by_location: dict[str, list[Endpoint]] = {}
        for each in endpoints:
            by_location.setdefault(each.location, []).append(each)
        for name in self._locations.keys() | by_location.keys() | self._workers.locations():
            self.named(name).follow(by_location.get(name, ()), now)

    def messages(self) -> list[LocationMessage]:
        """Return them as a report has them."""
        return [
            each.message(each.waiting, self._workers.messages(name))
            for name, each in sorted(self._locations.items())
        ]
