"""The handlers of /api/v1/ that are about what people do about alerts."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from blinkenlights.alert import looking_up
from blinkenlights.alert.silence import Silence
from blinkenlights.alert.told import Letter, Told
from blinkenlights.web import responding
from blinkenlights.web.answers import as_json
from blinkenlights.web.post_handlers import body_of
from blinkenlights.web.problems import Invalid
from blinkenlights.web.responding import LATEST, REASON
from blinkenlights.web.site import Asked

NAME = 4096
MATCHED = 20
"""What one silence can match."""
Moment = Annotated[float, Meta(ge=0, lt=LATEST)]
Reason = Annotated[str, Meta(max_length=REASON)]
Word = Annotated[str, Meta(min_length=1, max_length=NAME)]


class Acknowledge(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which alert somebody takes care of."""

    alert: Annotated[str, Meta(min_length=1, max_length=NAME, description="Its name.")]
    episode: Annotated[
        str, Meta(max_length=64, description="The only firing that is meant; empty for this one.")
    ] = ""
    until: Annotated[
        Moment, Meta(description="When it counts no more; 0 for the end of the firing.")
    ] = 0.0
    reason: Reason = ""


class Silences(msgspec.Struct):
    """What nobody is told of."""

    made: float
    silences: list[Silence]
    """Those that are not over; the one that ends first is the first."""


class MakeSilence(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What nobody is to be told of."""

    match: Annotated[
        dict[Word, Word],
        Meta(
            min_length=1,
            max_length=MATCHED,
            description="`rule`, `thing`, `subject`, `severity`, `level`, a label or a tag -> text "
            "or glob; all have to match.",
        ),
    ]
    end: Annotated[Moment, Meta(description="When people are told again.")]
    start: Annotated[Moment, Meta(description="From when on; 0 for now.")] = 0.0
    reason: Reason = ""


class AlertHistory(msgspec.Struct):
    """Who was told what lately."""

    made: float
    told: list[Told]
    """Newest first."""
    dead: list[Letter]
    """What could not be delivered, newest first."""


_acknowledge = msgspec.json.Decoder(Acknowledge).decode
_silence = msgspec.json.Decoder(MakeSilence).decode


async def acknowledge(asked: Asked) -> web.StreamResponse:
    """Acknowledge an alert."""
    try:
        given = _acknowledge(await body_of(asked))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"the body is not what is taken here: {error}") from None
    made = await responding.acknowledge(
        asked,
        _by(asked),
        given.alert,
        episode=given.episode,
        until=given.until,
        reason=given.reason,
    )
    return as_json(made)


async def silence(asked: Asked) -> web.StreamResponse:
    """Silence what matches."""
    try:
        given = _silence(await body_of(asked))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"the body is not what is taken here: {error}") from None
    start = given.start or asked.site.clock()
    made = await responding.silence(
        asked, _by(asked), given.match, start=start, end=given.end, reason=given.reason
    )
    return as_json(made)


async def unsilence(asked: Asked) -> web.StreamResponse:
    """Take back a silence."""
    return as_json(await responding.unsilence(asked, _by(asked), asked.named("id")))


async def silences(asked: Asked) -> web.StreamResponse:
    """Answer with the silences that are not over."""
    now = asked.site.clock()
    found = await asked.site.store.ask(
        lambda store: looking_up.silences(store, now), asked.visitor.asker
    )
    return as_json(Silences(now, found))


async def history(asked: Asked) -> web.StreamResponse:
    """Answer with who was told what, and with what could not be delivered."""
    told, dead = await asked.site.store.ask(
        lambda store: (looking_up.history(store), looking_up.letters(store)), asked.visitor.asker
    )
    return as_json(AlertHistory(asked.site.clock(), told, dead))


def _by(asked: Asked) -> str:
    token = asked.visitor.token
    return token.name if token else ""
