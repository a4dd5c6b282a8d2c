"""What clients report of their transfers."""

import json
from collections.abc import Iterator

from blinkenlights.clock import wall_clock
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.kinds.signal import Arrival
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.write import TransferRows
from blinkenlights.store.batch import Batch

SOURCES = 10
BAD_EVERY = 20


def transfer(client: int, number: int, event: float) -> bytes:
    """Return the report of one transfer, in the JSON that docs/transfers.md defines."""
    report = {
        "kind": "transfer",
        "client": f"client{client}",
        "source": f"source{client % SOURCES}",
        "code": 499 if number % BAD_EVERY == 0 else 201,
        "bytes": 6451,
        "duration": 0.258,
        "name": f"bulletins/20261121/{number}-swob.xml",
        "timestamp": round(event, 3),
    }
    return json.dumps(report).encode()


def reports(messages: int, clients: int) -> Iterator[bytes]:
    """Yield what waits in a queue: each client in turn, ten thousand in a minute."""
    first = wall_clock() - messages * 0.006
    for number in range(messages):
        yield transfer(number % clients, number, first + number * 0.006)


def counted(session: str, number: int, receipt: float, bodies: list[bytes]) -> Batch:
    """Return a batch in which these reports are counted, as a collector makes it."""
    rows = TransferRows(Arrival("", receipt, False, session, number))
    for body in bodies:
        fact = parse(body)
        assert isinstance(fact, Transfer), fact
        rows.add(fact, body, "", FROM_SOCKET)
    return Batch([rows])
