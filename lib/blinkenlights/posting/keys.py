"""The keys of what is posted. docs/redis.md is the same for people.

What is queued holds the name of an endpoint, of an output, and values: never a URL or a secret.
Each prober has an outbox of its own, since it alone has the files that say where things go; what
was queued already is common to all.
"""

from blinkenlights.kinds.endpoint.keys import POSTING as PREFIX
from blinkenlights.kinds.endpoint.keys import outbox_of
from blinkenlights.outbox.taken import SEPARATOR

__all__ = ["POSTED", "PREFIX", "STATES", "member_of", "outbox_of", "parts_of", "queue_of"]

POSTED = PREFIX + "posted"
"""ZSET: output and endpoint -> due moment of the last result that was queued."""
STATES = PREFIX + "states"
"""HASH: output and endpoint -> `failed degraded recent`, for outputs that want changes only."""


def queue_of(address: str, output: str, endpoint: str) -> str:
    """Return the name of a queue; the endpoint is empty for what the prober says of itself."""
    return f"{address}{SEPARATOR}{member_of(output, endpoint)}"


def member_of(output: str, endpoint: str) -> str:
    """Return what an output of an endpoint is called: `http www.example.net/health`."""
    return f"{output} {endpoint}"


def parts_of(member: str) -> tuple[str, str]:
    """Return the output and the endpoint of a queue's group."""
    output, _, endpoint = member.partition(" ")
    return output, endpoint
