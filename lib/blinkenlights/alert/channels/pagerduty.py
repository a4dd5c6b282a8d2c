"""PagerDuty by its Events API v2: trigger, acknowledge and resolve by one key, the incident's.

Whatever is said twice does no harm. PagerDuty keeps no event about an alert that it does not know:
what was over before it could be told is triggered as `info`, and resolved at once.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from blinkenlights.alert.channels.wording import (
    change_lines,
    firing_lines,
    links_of,
    state_of,
    texts_of,
)
from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import ENDS
from blinkenlights.outbox.posting import Answer, Poster
from blinkenlights.plugin.words import shorten
from blinkenlights.rules.files.channel_settings import PagerDutySettings

Action = Literal["trigger", "acknowledge", "resolve"]
Event = dict[str, Any]

CLIENT = "Blinkenlights"
SUMMARY_BYTES = 1000
"""PagerDuty refuses more than 1,024 characters."""
FIELD_BYTES = 255
LINE_BYTES = 1000
REST = 30.0
"""Seconds after which PagerDuty wants to be asked again when it was asked too often."""
BUSY = (403, 429)
_TAKEN = frozenset(("acknowledged", *ENDS))
"""After one of these all that still fires may be taken care of, which was not before."""


class PagerDuty:
    """Says messages to one integration."""

    has_key = True

    def __init__(self, settings: PagerDutySettings, poster: Poster) -> None:
        self._key = settings.routing_key
        self._url = f"{settings.url.rstrip('/')}/v2/enqueue"
        self._poster = poster

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it."""
        for event in events_of(message):
            body = msgspec.json.encode({"routing_key": self._key} | event)
            headers = {"Content-Type": "application/json"}
            answer = await self._poster.post(self._url, body, headers)
            if not answer.is_taken:
                raise self._poster.refusal(self._url, *self._read(answer))
        return {}

    async def close(self) -> None:
        """Give up connections."""
        await self._poster.close()

    def _read(self, answer: Answer) -> tuple[Answer, str]:
        """Return the answer with the rest that it means, and its reasons without our key."""
        if answer.status in BUSY and answer.retry_after is None:
            answer = answer._replace(retry_after=REST)
        try:
            said = msgspec.json.decode(answer.body)
        except (ValueError, RecursionError):
            return answer, ""
        reasons = said.get("errors") if isinstance(said, dict) else None
        words = "; ".join(map(str, reasons)) if isinstance(reasons, list) else ""
        words = " ".join(words.replace(self._key, "***").split())
        return answer, shorten(words, FIELD_BYTES)


def events_of(message: Message) -> Iterator[Event]:
    """Yield the events that a message means, in their order, without the routing key."""
    if message.state == "over":
        if message.is_first:
            yield _event(message, "trigger") | {"payload": _payload(message, "info")}
        yield _event(message, "resolve")
        return
    changed = {one.what for one in message.changes}
    # It has one alert for all of a group: with one of forty taken care of, nobody would be woken
    # for the others.
    is_taken = bool(message.acknowledged) and not changed.isdisjoint(_TAKEN)
    if message.is_first or not is_taken or changed != {"acknowledged"}:
        yield _event(message, "trigger") | {"payload": _payload(message, message.level)}
    if is_taken:
        yield _event(message, "acknowledge")


def _event(message: Message, action: Action) -> Event:
    event: Event = {
        "event_action": action,
        "dedup_key": message.incident,
        "client": CLIENT,
    }
    links = links_of(message)
    if action == "trigger" and links:
        event["links"] = [{"href": url, "text": name} for name, url in links]
        page = next((one.link for one in message.firing if one.link), "")
        if page:
            event["client_url"] = page
    return event


def _payload(message: Message, severity: str) -> Event:
    first = (message.firing or message.changes)[0]
    details: Event = {
        "state": state_of(message),
        "changes": [shorten(line, LINE_BYTES) for line in change_lines(message)],
        "firing": [shorten(line, LINE_BYTES) for line in firing_lines(message)],
        "severity": first.severity,
        "labels": {name: shorten(each, LINE_BYTES) for name, each in first.labels.items()},
    }
    texts = texts_of(message)
    if texts:
        details["text"] = shorten("\n".join(texts), 4 * LINE_BYTES)
    return {
        "summary": shorten(message.title, SUMMARY_BYTES),
        "source": shorten(first.tags.get("host") or first.thing or "blinkenlights", FIELD_BYTES),
        "severity": severity,
        "timestamp": datetime.fromtimestamp(message.opened, UTC).isoformat(),
        "component": shorten(first.thing, FIELD_BYTES),
        "group": shorten(first.subject, FIELD_BYTES),
        "class": shorten(first.rule, FIELD_BYTES),
        "custom_details": details,
    }
