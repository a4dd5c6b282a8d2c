"""What people do about alerts by this server, whichever way they ask for it.

All functions raise a Refusal, or a StoreError.
"""

from collections.abc import Mapping
from math import isfinite

from msgspec import Struct

from blinkenlights.alert import looking_up
from blinkenlights.alert.responses import Responses
from blinkenlights.alert.silence import Silence
from blinkenlights.web.problems import Conflict, Forbidden, Invalid, Unknown
from blinkenlights.web.site import Asked

REASON = 500
"""Characters of a reason."""
LATEST = 10**11
"""Seconds since the epoch that no clock shows: more is a mistake in the unit."""


class Acknowledged(Struct, frozen=True, kw_only=True):
    """An alert that somebody takes care of. Times are seconds since the epoch."""

    alert: str
    episode: str
    by: str
    at: float
    until: float
    """When it counts no more; 0 for the end of the firing."""
    reason: str


def responses_of(asked: Asked) -> Responses:
    """Return what keeps it, where that is taken."""
    if asked.site.responses is None:
        raise Forbidden("nothing is taken here; set post = true in [web] of the configuration")
    return asked.site.responses


async def acknowledge(
    asked: Asked, by: str, name: str, *, episode: str = "", until: float = 0.0, reason: str = ""
) -> Acknowledged:
    """Acknowledge the alert of a name, of no other firing than `episode` where that is given."""
    responses, now = responses_of(asked), asked.site.clock()
    if until and not now < until < LATEST:
        raise Invalid("until is a moment to come, in seconds since the epoch")
    found = await asked.site.store.ask(
        lambda store: looking_up.firing(store, name, now), asked.visitor.asker
    )
    if found is None:
        raise Unknown("no alert of that name fires")
    if episode not in ("", found.episode):
        raise Conflict("that firing is over, and this is another one; look at it first")
    await responses.acknowledge(found.episode, name, by, now, until=until, reason=reason)
    return Acknowledged(
        alert=name, episode=found.episode, by=by, at=now, until=until, reason=reason
    )


async def silence(
    asked: Asked, by: str, match: Mapping[str, str], *, start: float, end: float, reason: str = ""
) -> Silence:
    """Let nobody be told of what matches until a moment."""
    if not (isfinite(end) and asked.site.clock() < end < LATEST):
        raise Invalid("the end is a moment to come, in seconds since the epoch")
    try:
        return await responses_of(asked).silence(match, by, start, end, reason)
    except ValueError as error:
        raise Invalid(str(error)) from None


async def unsilence(asked: Asked, by: str, name: str) -> Silence:
    """Take back the silence of an id."""
    found = await responses_of(asked).unsilence(name, by, asked.site.clock())
    if found is None:
        raise Unknown("there is no such silence, or it is over")
    return found
