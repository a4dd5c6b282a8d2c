"""A URL that takes JSON by POST, signed when there is a secret. docs/channels.md has its form."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

import msgspec

from blinkenlights.alert.channels.posting import Poster, host_of
from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import Notice
from blinkenlights.rules.files.channel_settings import WebhookSettings
from blinkenlights.rules.template import Template

VERSION = 1
SIGNATURE, TIMESTAMP = "X-Blinkenlights-Signature", "X-Blinkenlights-Timestamp"
_encode = msgspec.json.Encoder().encode


class Webhook:
    """Posts messages to one URL."""

    has_key = True

    def __init__(self, settings: WebhookSettings, clock: Callable[[], float] = time.time) -> None:
        """Take settings whose secrets are filled in."""
        self._settings = settings
        self._clock = clock
        self._poster = Poster(f"the webhook at {host_of(settings.url)}")

    async def say(self, message: Message) -> Mapping[str, str]:
        """Post it; the reference stays as it is. Raises CannotSayError."""
        facts = facts_of(message)
        if self._settings.body:
            body = Template(self._settings.body).filled(facts).encode()
        else:
            body = _encode(facts)
        answer = await self._poster.post(self._settings.url, body, self._headers(message, body))
        error = self._poster.refused(answer)
        if error is not None:
            raise error
        return message.reference

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        key = message.changes[-1].id
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        headers |= self._settings.headers
        if self._settings.secret:
            stamp = str(int(self._clock()))
            headers[TIMESTAMP] = stamp
            headers[SIGNATURE] = signature(self._settings.secret, stamp, body)
        return headers


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return `v1=` and the HMAC-SHA256 of `v1:STAMP:BODY`, as a receiver works it out again.

    The moment is signed, so that what somebody has recorded can be refused once it is old.
    """
    signed = b"v1:" + stamp.encode() + b":" + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def facts_of(message: Message) -> dict[str, object]:
    """Return what is posted: an object that keeps its form, with the number of that form."""
    return {
        "version": VERSION,
        "incident": message.incident,
        "receiver": message.receiver,
        "state": message.state,
        "level": message.level,
        "title": message.title,
        "opened": message.opened,
        "at": message.now,
        "is_first": message.is_first,
        "acknowledged": message.acknowledged,
        "firing": [_facts_of(each) for each in message.firing],
        "changes": [{"id": each.id, **_facts_of(each)} for each in message.changes],
    }


def _facts_of(notice: Notice) -> dict[str, object]:
    return {
        "what": notice.what,
        "at": notice.at,
        "episode": notice.episode,
        "rule": notice.rule,
        "subject": notice.subject,
        "thing": notice.thing,
        "level": notice.level,
        "why": notice.why,
        "since": notice.since,
        "severity": notice.severity,
        "sentence": notice.sentence,
        "text": notice.text,
        "runbook": notice.runbook,
        "link": notice.link,
        "values": notice.values,
        "labels": notice.labels,
        "tags": notice.tags,
    }
