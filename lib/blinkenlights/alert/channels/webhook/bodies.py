"""What is posted to a webhook: our JSON, whose form has a version, or a template filled in."""

from hashlib import blake2b
from typing import Any

import msgspec

from blinkenlights.alert.channels.wording import REPEATED, plain_text
from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import Notice
from blinkenlights.rules.files.channel_settings import WebhookSettings
from blinkenlights.rules.files.webhook_body import content_type, filled

VERSION = 1
"""Raised when a key goes or changes its meaning; new ones may come at any time."""


def id_of(message: Message) -> str:
    """Return what names a message: the same when it is said again."""
    parts = [message.incident, message.receiver, *(one.id for one in message.changes)]
    return blake2b("\x1f".join(parts).encode(errors="replace"), digest_size=16).hexdigest()


def body_of(message: Message, settings: WebhookSettings) -> bytes:
    """Return the body of a request."""
    if settings.body:
        kind = content_type(settings.headers)
        return filled(settings.body, values_of(message), kind).encode(errors="replace")
    return msgspec.json.encode(as_json(message))


def as_json(message: Message) -> dict[str, Any]:
    """Return a message in the form that docs/channels.md describes."""
    return {
        "version": VERSION,
        "id": id_of(message),
        "receiver": message.receiver,
        "incident": message.incident,
        "state": message.state,
        "level": message.level,
        "title": message.title,
        "text": plain_text(message),
        "opened": message.opened,
        "now": message.now,
        "is_first": message.is_first,
        "may_be_repeated": message.may_be_repeated,
        "acknowledged": message.acknowledged,
        "acknowledge_link": message.acknowledge_link,
        "silence_link": message.silence_link,
        "firing": [_as_json(one) for one in message.firing],
        "changes": [_as_json(one) for one in message.changes],
    }


def values_of(message: Message) -> dict[str, object]:
    """Return what stands for the places of a template."""
    first = (message.firing or message.changes)[0]
    return {
        "title": message.title,
        "text": plain_text(message),
        "state": message.state,
        "level": message.level,
        "receiver": message.receiver,
        "incident": message.incident,
        "id": id_of(message),
        "opened": str(round(message.opened)),
        "now": str(round(message.now)),
        "count": len(message.firing),
        "rule": first.rule,
        "subject": first.subject,
        "thing": first.thing,
        "why": first.why,
        "severity": first.severity,
        "link": first.link,
        "runbook": first.runbook,
        "acknowledged": message.acknowledged,
        "acknowledge_link": message.acknowledge_link,
        "silence_link": message.silence_link,
        "repeated": REPEATED if message.may_be_repeated else "",
        "labels": first.labels,
        "tags": first.tags,
        "values": first.values,
    }


def _as_json(one: Notice) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(one)
    del found["id"]
    return found
