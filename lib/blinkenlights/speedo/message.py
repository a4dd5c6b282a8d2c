"""What a speedo says, to whom, and under which key.

To the common exchange goes what concerns everybody: each client, each source, and everything. To
the exchange of a source goes the source's own speedo, and one for each of its clients that holds
what that client took of this source. A client's whole speedo does not: it would tell a source how
much its clients take from others.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

import pika

from blinkenlights.broker.confirmed import Message
from blinkenlights.kinds.transfer.decode_speedo import EVERYTHING, TOPIC
from blinkenlights.kinds.transfer.speedos import Due
from blinkenlights.plugin.words import plain

KEY_BYTES = 255
"""The longest routing key of AMQP."""


class Exchanges(NamedTuple):
    """Where speedos go."""

    common: str
    source: str
    """That of one source, `{source}` standing for its name."""

    def of(self, source: str) -> str:
        """Return the exchange of a source."""
        return self.source.replace("{source}", source)


def messages(scope: str, due: Due, exchanges: Exchanges) -> Iterator[Message]:
    """Give the messages that say what is due: one or two, for one or two exchanges."""
    if scope == "all":
        for ending in EVERYTHING:
            yield _message(exchanges.common, TOPIC + ending, due, {})
    elif scope == "pair":
        client, _, source = due.name.partition("\0")
        about = {"client": client, "source": source}
        yield _message(exchanges.of(source), _key("client", client), due, about)
    else:
        key, about = _key(scope, due.name), {scope: due.name}
        yield _message(exchanges.common, key, due, about)
        if scope == "source":
            yield _message(exchanges.of(due.name), key, due, about)


def line(due: Due) -> str:
    """Return `<datetime> <goodcount> <errorcount> <goodbytes> <badbytes> <bytes per interval>
    <files per interval> <interval>`, the interval being the seconds that were really measured.
    """  # noqa: D205 - one form, two lines
    size = due.good_bytes + due.bad_bytes
    interval = plain(round(float(due.end) - float(due.start), 3))
    counts = f"{due.good} {due.bad} {due.good_bytes} {due.bad_bytes}"
    return f"{_datetime(due.end)} {counts} {size} {due.files} {interval}"


def _message(exchange: str, key: str, due: Due, about: dict[str, str]) -> Message:
    # The same for a speedo that is published again, because nobody knows whether it was before.
    identity = blake2b(f"{exchange}\0{key}\0{due.name}\0{due.end}".encode(), digest_size=16)
    properties = pika.BasicProperties(
        content_type="text/plain",
        delivery_mode=pika.DeliveryMode.Persistent,
        message_id=identity.hexdigest(),
        headers=about or None,
    )
    return Message(exchange, key, line(due).encode(), properties)


def _key(scope: str, name: str) -> str:
    """Return the key, cut to what AMQP allows: the header has the name whole."""
    if f"{scope}.{name}" in EVERYTHING:
        # A client that is called "all" must not pass for all of them.
        name = "%61" + name[1:]
    return f"{TOPIC}{scope}.{name}".encode()[:KEY_BYTES].decode(errors="ignore")


def _datetime(moment: str) -> str:
    seconds, _, fraction = moment.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y%m%d%H%M%S.") + fraction
