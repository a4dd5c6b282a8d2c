"""From a notification of a core to the message that a channel says.

The incident is the host or service itself: its next problem has the same key, and PagerDuty opens
a new alert for it once the last one was resolved.
"""

from hashlib import blake2b

from msgspec import structs

from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import Notice, What
from blinkenlights.notify.macros import Notification
from blinkenlights.notify.remembering import Remembered
from blinkenlights.plugin.words import clean, shorten, span
from blinkenlights.rules.rule import Level

SEPARATOR = "\x1f"
WHY_BYTES = 500
TITLE_BYTES = 250
WHAT: dict[str, What] = {
    "problem": "fired",
    "recovery": "resolved",
    "acknowledgement": "acknowledged",
}


def incident_of(notification: Notification) -> str:
    """Return the key of a host or service: 16 hexadecimal digits."""
    text = f"{notification.host}{SEPARATOR}{notification.service}"
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def message_of(
    notification: Notification, remembered: Remembered | None, now: float, receiver: str
) -> Message:
    """Return what is to be said.

    Args:
        notification: What the core says.
        remembered: What is known since the problem began; None for nothing.
        now: The present, in seconds since the epoch.
        receiver: What the place is called.
    """
    notice = _notice(notification, remembered, now)
    is_over = notification.is_well
    return Message(
        receiver=receiver,
        incident=incident_of(notification),
        opened=remembered.opened if remembered else min(now, notice.since),
        now=now,
        state="over" if is_over else "firing",
        level=notice.level,
        title=title_of(notification, notice, now),
        firing=[] if is_over else [structs.replace(notice, why=_output(notification))],
        changes=[notice],
        # Without a folder nobody knows, and the same problem is notified again and again.
        is_first=False,
        may_be_repeated=False,
        reference=remembered.reference if remembered else {},
        acknowledged=notice.why if notice.what == "acknowledged" else "",
    )


def title_of(notification: Notification, notice: Notice, now: float) -> str:
    """Return the one line that says it: `CRITICAL: web1: HTTP: connection refused, for 2m`."""
    who = ": ".join(filter(None, (notification.host, notification.service)))
    lasted = now - notice.since
    if notification.kind == "recovery":
        bad = f", was {notice.level} for {span(round(lasted))}" if lasted >= 1 else ""
        words = f"{notification.state}: {who}: {notification.output or 'is well again'}{bad}"
    elif notification.kind == "problem":
        bad = f", for {span(round(lasted))}" if lasted >= 1 else ""
        words = f"{notification.state}: {who}: {notification.output or 'no output'}{bad}"
    else:
        words = f"{who} ({notification.state}): {notice.why}"
    return shorten(_line(words), TITLE_BYTES)


def level_of(state: str) -> Level:
    """Return how bad a state is. UNKNOWN is a warning: nobody knows that anything is wrong."""
    return "warning" if state in ("WARNING", "UNKNOWN") else "critical"


def _notice(notification: Notification, remembered: Remembered | None, now: float) -> Notice:
    what = WHAT.get(notification.kind, "remark")
    since = _since(notification, remembered, now)
    bad = notification.before if notification.is_well else notification.state
    level = remembered.level if remembered and notification.is_well else level_of(bad)
    name = notification.service or "host"
    return Notice(
        id=f"{incident_of(notification)}{SEPARATOR}{notification.kind}{SEPARATOR}{now:.3f}",
        what=what,
        at=now,
        episode=incident_of(notification),
        rule=_line(name),
        subject="service" if notification.service else "host",
        thing=_line(notification.host),
        level=level,
        why=_why(notification),
        since=since,
        severity=level,
        sentence=_line(notification.output),
        link=notification.link,
        runbook=notification.runbook,
        tags={"host": notification.host, "address": notification.address},
        values={"state": notification.state},
    )


def _since(notification: Notification, remembered: Remembered | None, now: float) -> float:
    """Return since when it was bad; the present where that is not known."""
    if remembered is not None:
        return min(now, remembered.opened)
    if notification.is_well or not notification.since:
        # A core says since when it is well.
        return now
    return min(now, notification.since)


def _why(notification: Notification) -> str:
    by = f" by {notification.author}" if notification.author else ""
    comment = f": {notification.comment}" if notification.comment else ""
    if notification.kind == "acknowledgement":
        words = f"acknowledged{by}{comment}"
    elif notification.kind in WHAT:
        words = _output(notification)
    else:
        words = f"{notification.kind}{by}{comment}"
    return shorten(_line(words), WHY_BYTES)


def _output(notification: Notification) -> str:
    return shorten(_line(notification.output), WHY_BYTES) or "no output"


def _line(text: str) -> str:
    r"""Return a text in one line. Cores hand over `\n` for the end of a line."""
    return clean(" ".join(text.replace("\\n", " ").split()))
