"""What a scheduler tells workers beside jobs: that it leads, the time, and whom to ask."""

from collections.abc import Mapping

from blinkenlights.clock import Clock
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.definitions import definition_of
from blinkenlights.probing.jobs.messages import Definition, Sheet, encode
from blinkenlights.probing.scheduling.exchange import Exchange
from blinkenlights.probing.scheduling.location import Location
from blinkenlights.probing.scheduling.outgoing import Outgoing
from blinkenlights.probing.scheduling.witness_choice import witnesses


class Sheets:
    """Sends sheets to all workers of a location, and with witnesses to one that asks for them.

    Args:
        name: Of the scheduler.
        epoch: Of the lease.
        clock: The time.
        exchange: The broker.
    """

    def __init__(self, name: str, epoch: int, clock: Clock, exchange: Exchange) -> None:
        self.epoch = epoch
        self._name = name
        self._clock = clock
        self._exchange = exchange
        self._endpoints: Mapping[str, Endpoint] = {}
        self._witnesses: dict[str, list[Definition]] = {}
        """Location -> whom its workers ask."""

    def follow(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Choose witnesses among these from now on."""
        self._endpoints = endpoints
        self._witnesses.clear()

    def send(self, location: Location) -> None:
        """Tell all workers of a location."""
        self._put(routes.sheet_key(location.name), location, [])

    def send_witnesses(self, location: Location, worker: str) -> None:
        """Tell one worker, with whom it may ask."""
        name = location.name
        chosen = self._witnesses.get(name)
        if chosen is None:
            here = (each for each in self._endpoints.values() if each.location == name)
            chosen = self._witnesses[name] = [definition_of(each) for each in witnesses(here)]
        self._put(routes.worker_key(name, worker), location, chosen)

    def _put(self, key: str, location: Location, chosen: list[Definition]) -> None:
        sheet = Sheet(
            self.epoch, self._name, self._clock(), location.name, location.endpoints, chosen
        )
        self._exchange.put(Outgoing(key, encode(sheet)))
