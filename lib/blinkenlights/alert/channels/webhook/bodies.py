"""What is posted to a webhook: our JSON, whose form has a version, or a template filled in."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from blinkenlights.alert.channels.wording import REPEATED, plain_text
from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import Notice
from blinkenlights.plugin.words import shorten
from blinkenlights.rules.files.channel_settings import WebhookSettings
from blinkenlights.rules.files.webhook_body import content_type, filled

VERSION = 1
"""Raised when a key goes or changes its meaning; new ones may come at any time."""
MOST_BYTES = 256 * 1024
"""Of a whole message: whoever takes only less says that it is too much, and is not told at all."""
MOST_LISTED = 100
"""Alerts of a list; the others are counted."""
TEXT_BYTES = 32 * 1024
ALERT_BYTES = 16 * 1024
"""A larger alert goes without its values, labels and tags."""
FIELD_BYTES = 2000
_encode = msgspec.json.Encoder().encode


def id_of(message: Message) -> str:
    """Return what names a message: the same when it is said again."""
    parts = [message.incident, message.receiver, *(one.id for one in message.changes)]
    return blake2b("\x1f".join(parts).encode(errors="replace"), digest_size=16).hexdigest()


def body_of(message: Message, settings: WebhookSettings) -> bytes:
    """Return the body of a request."""
    if settings.body:
        kind = content_type(settings.headers)
        return filled(settings.body, values_of(message), kind).encode(errors="replace")
    return _encode(as_json(message))


def as_json(message: Message) -> dict[str, Any]:
    """Return a message in the form that docs/channels.md describes, in at most MOST_BYTES bytes."""
    head = {
        "version": VERSION,
        "id": id_of(message),
        "receiver": message.receiver,
        "incident": message.incident,
        "state": message.state,
        "level": message.level,
        "title": message.title,
        "text": shorten(plain_text(message), TEXT_BYTES),
        "opened": message.opened,
        "now": message.now,
        "is_first": message.is_first,
        "may_be_repeated": message.may_be_repeated,
        "acknowledged": shorten(message.acknowledged, FIELD_BYTES),
        "acknowledge_link": message.acknowledge_link,
        "silence_link": message.silence_link,
        "more_firing": len(message.firing),
        "more_changes": len(message.changes),
        "firing": [],
        "changes": [],
    }
    room = MOST_BYTES - len(_encode(head))
    changes = _fitting(message.changes, room // 2)
    firing = _fitting(message.firing, room - len(_encode(changes)))
    return head | {
        "more_firing": len(message.firing) - len(firing),
        "more_changes": len(message.changes) - len(changes),
        "firing": firing,
        "changes": changes,
    }


def values_of(message: Message) -> dict[str, object]:
    """Return what stands for the places of a template."""
    first = (message.firing or message.changes)[0]
    return {
        "title": message.title,
        "text": shorten(plain_text(message), TEXT_BYTES),
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


def _fitting(notices: Sequence[Notice], room: int) -> list[dict[str, Any]]:
    """Return the first of some alerts, as many as have room in so many bytes."""
    found = []
    for each in map(_as_json, notices[:MOST_LISTED]):
        room -= len(_encode(each)) + 1
        if room < 0:
            break
        found.append(each)
    return found


def _as_json(one: Notice) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: shorten(value, FIELD_BYTES) if isinstance(value, str) else value
        for name, value in msgspec.to_builtins(one).items()
        if name != "id"
    }
    if len(_encode(found)) > ALERT_BYTES:
        found |= {name: {} for name in ("values", "labels", "tags")}
    return found
