"""The pages by which people acknowledge and silence, and look up who was told.

Nothing is done by GET. Who sends a form types a token into it, which no browser sends by itself.
"""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from blinkenlights.alert import looking_up
from blinkenlights.alert.silence import WORDS
from blinkenlights.web import responding
from blinkenlights.web.forms import form_of
from blinkenlights.web.page import render
from blinkenlights.web.page_handlers import html, read_one
from blinkenlights.web.page_links import link_to
from blinkenlights.web.problems import Invalid, Unknown
from blinkenlights.web.shown import Filters
from blinkenlights.web.site import Asked
from blinkenlights.web.views import displays

SPANS: Mapping[int, str] = {
    3600: "1 hour",
    14_400: "4 hours",
    28_800: "8 hours",
    86_400: "1 day",
    604_800: "1 week",
}
"""For how long, in seconds -> in words."""
MATCH = "match."
"""What names of fields begin with that say what a silence matches."""


async def told(asked: Asked) -> web.StreamResponse:
    """Answer with who was told lately, what could not be delivered, and what is silenced."""
    now = asked.site.clock()
    found, letters, silences = await asked.site.store.ask(
        lambda store: (
            looking_up.history(store),
            looking_up.letters(store),
            looking_up.silences(store, now),
        ),
        asked.visitor.asker,
    )
    return html(
        render(
            "told_page.html",
            Filters(),
            made=now,
            told=found,
            letters=letters,
            silences=silences,
            words=WORDS,
            **_forms(asked),
        )
    )


async def respond(asked: Asked) -> web.StreamResponse:
    """Answer with the forms about one thing."""
    silence = displays()[asked.query.kind].silence
    if silence is None:
        raise Unknown(f"of a {asked.query.kind} nobody is told")
    detail = await read_one(asked)
    match = silence(detail.row.name)
    return html(render("respond_page.html", Filters(), detail=detail, match=match, **_forms(asked)))


async def send(asked: Asked) -> web.StreamResponse:
    """Do what a form says, in the name of the token that is in it, and lead to what came of it."""
    form = await form_of(asked)
    responding.responses_of(asked)
    token = form.get("token", "").strip()
    if not token:
        raise Invalid("the token is missing; one for writing is needed")
    ticks = asyncio.get_running_loop().time()
    by = asked.site.access.in_form(token, asked.visitor.address, ticks).name
    match form.get("action"):
        case "acknowledge":
            return await _acknowledge(asked, by, form)
        case "silence":
            return await _silence(asked, by, form)
        case "unsilence":
            await responding.unsilence(asked, by, form.get("id", ""))
            return _see("told#silences")
    raise Invalid("the form does not say what is to be done")


async def _acknowledge(asked: Asked, by: str, form: Mapping[str, str]) -> web.Response:
    seconds = _seconds(form)
    until = asked.site.clock() + seconds if seconds else 0.0
    name, reason = form.get("name", ""), _reason(form)
    await responding.acknowledge(
        asked, by, name, episode=form.get("episode", ""), until=until, reason=reason
    )
    return _see(link_to(form.get("kind", ""), name))


async def _silence(asked: Asked, by: str, form: Mapping[str, str]) -> web.Response:
    match = {
        name.removeprefix(MATCH): text
        for name, text in form.items()
        if name.startswith(MATCH) and text.strip()
    }
    label, like = form.get("label", "").strip(), form.get("like", "").strip()
    if bool(label) != bool(like):
        raise Invalid("a label or tag goes with what it is")
    if label:
        match[label] = like
    now, seconds = asked.site.clock(), _seconds(form)
    await responding.silence(asked, by, match, start=now, end=now + seconds, reason=_reason(form))
    return _see("told#silences")


def _seconds(form: Mapping[str, str]) -> int:
    given = form.get("seconds", "0")
    if given != "0" and given not in map(str, SPANS):
        raise Invalid("the form does not say for how long")
    return int(given)


def _reason(form: Mapping[str, str]) -> str:
    reason = form.get("reason", "").strip()
    if len(reason) > responding.REASON:
        raise Invalid(f"a reason has at most {responding.REASON} characters")
    return reason


def _forms(asked: Asked) -> dict[str, object]:
    return {
        "takes": asked.site.responses is not None,
        "spans": SPANS,
        "prefix": MATCH,
        "most": responding.REASON,
    }


def _see(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": where})
