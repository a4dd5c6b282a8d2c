"""A message as a queue delivered it, the fact that is in it, and whose it is."""

import math
from typing import Any, NamedTuple, TypeAlias

import msgspec
import pika

from blinkenlights.broker.properties import without
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import optional_name
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.sarracenia_reports import UNNAMED

Fact: TypeAlias = Transfer | Started | Skipped | Rejected

_NOTES_OF_QUEUES = ("x-delivery-count", "x-acquired-count")
"""Headers that a quorum queue adds to what it delivers again."""
_PROPERTIES = (
    "content_type",
    "content_encoding",
    "delivery_mode",
    "priority",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "timestamp",
    "type",
    "user_id",
    "app_id",
    "cluster_id",
)


class _Sourced(msgspec.Struct):
    source: object = None
    properties: object = None
    """Of a post of WIS2, which has its source there."""


_sourced = msgspec.json.Decoder(_Sourced)


class Message(NamedTuple):
    """One delivery, with everything as it was published."""

    tag: int
    """Counts what was delivered on its channel, from 1."""
    redelivered: bool
    """Whether it was delivered before, to us or to somebody else."""
    key: str | bytes
    """The routing key: bytes when it is not UTF-8."""
    properties: pika.BasicProperties
    """With what a quorum queue notes there; `given_properties` is without."""
    body: bytes

    @property
    def topic(self) -> str:
        """The routing key as text."""
        key = self.key
        return key if isinstance(key, str) else key.decode(errors="backslashreplace")

    def fact(self, receipt: float | None = None) -> Fact:
        """Return what the message says; whatever is wrong with it is a `Rejected`.

        Give `receipt` only for what has not waited in a queue.
        """
        headers = self.properties.headers
        try:
            return parse(self.body, self.topic, headers=headers, receipt=receipt)
        except Exception as error:  # noqa: BLE001 - one message must never stop all others
            return Rejected("internal error", f"{type(error).__name__}: {error}")

    def source(self) -> str:
        """Return whose product the message is about; empty when it does not say.

        Also of posts, and of reports that are not in order: their source wants to see them.
        """
        fact = self.fact()
        if isinstance(fact, Transfer | Started):
            return "" if fact.source == UNNAMED else fact.source
        found: object = (self.properties.headers or {}).get("source")
        if found is None and self.body[:1] == b"{":
            try:
                post = _sourced.decode(self.body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return ""
            found = post.source
            if found is None and isinstance(post.properties, dict):
                found = post.properties.get("source")
        name = optional_name(found)
        return "" if name == UNNAMED else name

    def given_headers(self) -> dict[str, Any]:
        """Return the headers as the sender gave them."""
        headers = self.properties.headers or {}
        return {name: headers[name] for name in headers if name not in _NOTES_OF_QUEUES}

    def given_properties(self, *, with_user: bool = True) -> pika.BasicProperties:
        """Return the properties as the sender gave them, but for the user if not wanted."""
        properties = self.properties
        noted = any(name in _NOTES_OF_QUEUES for name in properties.headers or ())
        if not noted and (with_user or not properties.user_id):
            return properties
        return without(properties, _NOTES_OF_QUEUES, user=not with_user)

    def as_builtins(self) -> dict[str, object]:
        """Return the properties that are there, for JSON."""
        given = {name: getattr(self.properties, name) for name in _PROPERTIES}
        found = {name: value for name, value in given.items() if value is not None}
        headers = self.given_headers()
        return found | {"headers": _for_json(headers)} if headers else found


def _for_json(value: Any) -> object:  # noqa: ANN401 - of any type in AMQP
    """Return a value with texts for those numbers that JSON does not have."""
    if isinstance(value, dict):
        return {name: _for_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_for_json(each) for each in value]
    is_finite = not isinstance(value, float) or math.isfinite(value)
    return value if is_finite else repr(value)
