"""Twenty thousand messages that nobody should send, made by hypothesis, the same at each run."""

import json
import math
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pika
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

VARIANTS = 26
"""Messages that are made of one example of hypothesis."""
ESCAPE = "\x1b[2J\x1b[31m"
NASTY = (
    "|",
    "a|b=1;2;3",
    "\n",
    "OK\nCRITICAL: ",
    "\r",
    "\t",
    "\0",
    "$(reboot)",
    "$HOSTNAME$",
    "`id`",
    "<script>alert(1)</script>",
    "&amp;",
    "';--",
    '"',
    "\\",
    "%s%n",
    ESCAPE,
    "\x9b31m",
    "\u202e",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "\udfff",
    "é" * 200,
    "𝄞",
    "x" * 254,
    "x" * 10_240,
    " ",
    "",
)
PRINTABLE = tuple(text for text in NASTY if text.isprintable() and 0 < len(text) < 30)
HUGE = (10**400, -(10**400), 2**64, 2**63, -(2**63) - 1, 1e308, -1e308, 5e-324, 10**18)

texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=3).map("".join)
names = st.lists(st.sampled_from(PRINTABLE), min_size=1, max_size=3).map("".join)
numbers = st.one_of(
    st.integers(), st.sampled_from(HUGE), st.floats(), st.sampled_from((0, -1, 60, 1e9, 1.7e9))
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=4),
    st.dictionaries(texts, scalars, max_size=3),
    st.sampled_from(([[[[]]]], {"a": {"b": [None]}}, [0] * 500)),
)
times = st.one_of(
    st.sampled_from((1.7e9, [2026, 1, 31, 23, 59, 60], "2026-01-31T00:00:00Z")),
    st.lists(st.integers(-1, 10_000), min_size=5, max_size=7),
    values,
)
further = st.dictionaries(texts, values, max_size=3)


def form(**keys: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Return objects that have most of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


forms = st.one_of(
    form(name=st.one_of(texts, values), timestamp=times, uuid=values, interval=numbers),
    form(name=texts, timestamp=times, system=values, interval=values, kind=values),
    form(
        message_version=st.sampled_from(("20110707", "20110708")),
        source_name=texts,
        source_id=values,
        timestamp=times,
        payload=values,
    ),
    form(
        version=st.sampled_from(("20130319", 20130319)),
        worker_name=texts,
        worker_id=values,
        system_id=texts,
        hostname=texts,
        pid=st.one_of(st.integers(0, 99), values),
        timestamp=times,
    ),
    form(
        message_type=st.just("status_event"),
        status=st.sampled_from(("ok", "degraded", "down", "DOWN", 1)),
        component=texts,
        message=values,
        timestamp=times,
    ),
)
believable = st.fixed_dictionaries(
    {"name": names, "timestamp": st.sampled_from((1.7e9, 1.5e9, 4e9))},
    optional={"depth": values, "interval": st.sampled_from((1, 2, 60)), "uuid": texts},
)
"""What passes for a heartbeat and yet is not nice to show."""
DOCUMENTS = (
    (0.5, st.builds(lambda known, more: known | more, believable, further)),
    (0.4, st.builds(lambda known, more: known | more, forms, further)),
    (0.1, values),
)
"""What to make messages of, and how large its share is."""
MARS = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"\n", b"}{", b'"', b",,", b"1e999", b"NaN")


def variants(document: object, chance: random.Random) -> Iterator[bytes]:
    """Give a document as lax senders write it, and as it is after something went wrong."""
    # With NaN, and with lone surrogates.
    plain = json.dumps(document).encode()
    raw = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    yield from (plain, raw, b"[%s]" % plain, json.dumps(plain.decode()).encode(), raw + plain)
    for body in (plain, raw) * 3:
        place = chance.randrange(len(body) + 1)
        yield body[:place]
        yield body[:place] + chance.choice(MARS) + body[place:]
        yield body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :]
    yield from (b"\xef\xbb\xbf" + plain, plain.decode().encode("utf-16"), zlib.compress(plain))


def deep() -> Iterator[bytes]:
    """Give what is nested deeply, with and without an end."""
    for depth in (10, 400, 1100, 20_000):
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}"), (b"[{", b"}]")):
            start = b'{"name": "nested", "timestamp": 1.7e9, "x": ' + opening * depth
            yield from (start, start + b"1" + closing * depth + b"}", opening * depth)


class UnreadableHeaders(pika.BasicProperties):
    """Properties with one header that holds what a broker passes on and pika cannot read."""

    def __init__(self, value: bytes) -> None:
        super().__init__()
        self._value = value

    def encode(self) -> list[bytes]:
        """Return the flags for "headers only" and the table."""
        table = b"\x01k" + self._value
        return [struct.pack(">HI", self.FLAG_HEADERS, len(table)), table]


def nested_headers(depth: int) -> bytes:
    """Return a list in a list in a list."""
    value = b"V"
    for _ in range(depth):
        value = b"A" + struct.pack(">I", len(value)) + value
    return value


NESTED = nested_headers(2000)
PROPERTIES: tuple[Callable[[], pika.BasicProperties], ...] = (
    pika.BasicProperties,
    lambda: pika.BasicProperties(content_type="application/json", delivery_mode=2),
    lambda: pika.BasicProperties(content_type="text/html", content_encoding="gzip"),
    lambda: pika.BasicProperties(content_type="\x1b[31m|", message_id="$(reboot)\n"),
    lambda: pika.BasicProperties(headers={"x-death": [{"count": -1}], "|": None, "n": 2**62}),
    lambda: pika.BasicProperties(timestamp=2**63 - 1, priority=255, expiration="3600000"),
    lambda: pika.BasicProperties(reply_to="amq.rabbitmq.reply-to.x", type="status_event"),
    lambda: UnreadableHeaders(b"T" + b"\xff" * 8),
    lambda: UnreadableHeaders(NESTED),
    lambda: UnreadableHeaders(b"S\0\0\0\x02\xff\xfe"),
)
KEYS = (
    "heartbeat.test",
    "heartbeat.",
    "heartbeat.status.status",
    "heartbeat.|.$(reboot).<script>.status.status",
    "heartbeat." + ESCAPE,
    "heartbeat.\n",
    "heartbeat." + "x" * 245,
    "heartbeat.\udcff\udcfe.status.status",
)


class Hostile(NamedTuple):
    """One message, and how it is published."""

    body: bytes
    key: str
    """A surrogate stands for a byte that is not UTF-8."""
    properties: Callable[[], pika.BasicProperties]


def examples(documents: st.SearchStrategy[object], number: int) -> list[tuple[object, int]]:
    """Return so many documents, each with a number that decides what becomes of it."""
    made: list[tuple[object, int]] = []

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(documents, st.integers(0, 2**32))
    def gather(document: object, seed: int) -> None:
        made.append((document, seed))

    gather()
    return made


def messages(number: int) -> list[Hostile]:
    """Return so many, by a fixed seed."""
    bodies: list[bytes] = [b"", b" ", b"\n", b"x" * 2**20, b'{"name": "%s"}' % (b"y" * 2**20)]
    bodies += deep()

    for share, documents in DOCUMENTS:
        for document, seed in examples(documents, math.ceil(share * number / VARIANTS)):
            bodies.extend(variants(document, random.Random(seed)))  # noqa: S311 - from hypothesis
    chance = random.Random(len(bodies))  # noqa: S311 - the same at each run
    return [
        Hostile(body, chance.choice(KEYS), chance.choice(PROPERTIES)) for body in bodies[:number]
    ]
