"""Which kinds of things there are, for whom."""

from collections.abc import Iterator

from blinkenlights.kinds.heartbeat.page import Components
from blinkenlights.kinds.look import Look
from blinkenlights.kinds.machine.page import Machines
from blinkenlights.kinds.page import Subject
from blinkenlights.kinds.transfer.page import Flows
from blinkenlights.kinds.transfer.page_of_source import OwnClients, OwnSource


def subjects(look: Look) -> Iterator[Subject]:
    """Give the kinds of things that the asker may see, in the order in which they are shown."""
    if look.only_source is None:
        yield Components(look)
        yield Flows(look, "client")
        yield Flows(look, "source")
        yield Machines(look)
    else:
        yield OwnClients(look, look.only_source)
        yield OwnSource(look, look.only_source)
