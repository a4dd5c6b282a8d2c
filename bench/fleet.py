"""What the components of a fleet send."""

import time
from collections.abc import Iterator

from blinkenlights.clock import wall_clock

PAYLOAD_BYTES = 150
MINUTE = 60


def heartbeat(component: int, timestamp: object) -> bytes:
    """Return a heartbeat of 150 bytes in the roadmap's form, with two further keys."""
    start = (
        f'{{"name": "transport-{component}", "uuid": "0f148162-a25b-11e0-ba57-{component:012x}", '
        f'"timestamp": {timestamp}, "depth": 7, "host": "'
    )
    return f'{start}{"mx":-<{PAYLOAD_BYTES - len(start) - 2}}"}}'.encode()


def as_list(event: float) -> list[int]:
    """Return a time as the roadmap has it: [Y, M, D, h, m, s], UTC."""
    return list(time.gmtime(event)[:6])


def backlog(messages: int, components: int) -> Iterator[bytes]:
    """Yield what waits in a queue after an absence: every component in turn, minute by minute."""
    minutes = -(-messages // components)
    first = wall_clock() - minutes * MINUTE
    timestamp = as_list(first)
    for number in range(messages):
        minute, component = divmod(number, components)
        if component == 0:
            timestamp = as_list(first + minute * MINUTE)
        yield heartbeat(component, timestamp)
