"""Which kinds of things there are, for whom."""

from collections.abc import Iterator

from blinkenlights.web.components import Components
from blinkenlights.web.flows import Flows
from blinkenlights.web.judging import Subject
from blinkenlights.web.look import Look
from blinkenlights.web.machines import Machines
from blinkenlights.web.own_flows import OwnClients, OwnSource


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
