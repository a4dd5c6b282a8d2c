"""Messages for tests, as the sender makes them."""

from collections.abc import Sequence
from dataclasses import replace

from alert.records import NOON
from blinkenlights.alert import incidents
from blinkenlights.alert.message import Incident, Message
from blinkenlights.alert.notice import Notice, What

QUEUE = "chat@d1\x1fqueue is long"


def a_notice(thing: str = "web1.queue", what: What = "fired", **more: object) -> Notice:
    """Return what is new of one alert."""
    given: dict[str, object] = {
        "id": f"{thing}-{what}",
        "what": what,
        "at": NOON,
        "episode": f"episode of {thing}",
        "rule": "queue is long",
        "subject": "metric",
        "thing": thing,
        "level": "critical",
        "why": "value was 120, limit 100",
        "since": NOON - 720,
        "text": f"{thing} has 120 waiting",
        "runbook": "https://wiki.example.net/queues",
        "link": f"https://lights.example.net/alert/{thing}",
        "labels": {"team": "web"},
        "tags": {"host": "web1"},
    }
    return Notice(**(given | more))  # type: ignore[arg-type]


class Story:
    """An incident that goes on: each `next` gives the message of what is new."""

    def __init__(self) -> None:
        self._incident: Incident | None = None
        self.reference: dict[str, str] = {}

    def next(self, *notices: Notice, repeated: bool = False, now: float = NOON) -> Message:
        """Return the message, and note that it was said."""
        message = self.peek(*notices, repeated=repeated, now=now)
        _, self._incident = incidents.tell(QUEUE, self._incident, notices, now)
        return message

    def peek(self, *notices: Notice, repeated: bool = False, now: float = NOON) -> Message:
        """Return the message without noting it."""
        found, _ = incidents.tell(QUEUE, self._incident, notices, now, may_be_repeated=repeated)
        assert found is not None
        return replace(found, reference=self.reference)


def first(*notices: Notice, **more: object) -> Message:
    """Return the first message of an incident."""
    message = Story().next(*(notices or (a_notice(),)))
    return replace(message, **more)  # type: ignore[arg-type]


def ended(
    notices: Sequence[Notice], what: What = "resolved", at: float = NOON + 60
) -> list[Notice]:
    """Return the ends of what began."""
    return [a_notice(one.thing, what, at=at, id=f"{one.thing}-{what}") for one in notices]
