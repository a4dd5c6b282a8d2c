"""Runs a notification command: reads what the core says, and tries to say it while there is time.

A core starts a command once, and never again when it fails. So it waits here for a service that is
busy, as long as the core's own limit allows.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from blinkenlights.alert.channels.channel import Channel
from blinkenlights.alert.channels.opening import open_channel
from blinkenlights.alert.message import Message
from blinkenlights.clock import wall_clock
from blinkenlights.notify.macros import NoMacrosError, Notification, notification_of
from blinkenlights.notify.messages import incident_of, message_of
from blinkenlights.notify.options import Given, given_by
from blinkenlights.notify.remembering import Remembered, remember, remembered
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.rules.files.receivers import digest_of
from blinkenlights.rules.receiver import Receiver

SAID, NOT_SAID, USAGE = 0, 1, 3
FIRST_PAUSE = 1.0
"""Seconds before the second try, doubled for each further one."""
TELLS_PROBLEMS = frozenset(("pagerduty",))
"""Channels that have a place for problems and none for remarks."""


def main(channel: str) -> int:
    """Say what the core says; returns the exit code."""
    given = given_by(channel, sys.argv[1:], os.environ)
    try:
        notification = notification_of(os.environ)
    except NoMacrosError as error:
        return _failed(channel, str(error), USAGE)
    try:
        told = asyncio.run(_tell(given, notification, os.environ))
    except CannotSayError as error:
        return _failed(channel, str(error), NOT_SAID)
    except TimeoutError:
        return _failed(channel, f"not said within {given.timeout:g} seconds", NOT_SAID)
    except OSError as error:
        # It was said; the next one will not know of it.
        return _failed(channel, f"said, but not kept in {given.state}: {error.strerror}", NOT_SAID)
    if not told:
        print(f"notify_{channel}: nothing to say: {notification.kind}", file=sys.stderr)  # noqa: T201
    return SAID


async def _tell(given: Given, notification: Notification, environment: Mapping[str, str]) -> bool:
    """Say it; returns whether there was anything to say."""
    if not is_told(given.name, notification):
        return False
    now = wall_clock()
    # Contacts may have different places in the same channel.
    place = digest_of(given.name, given.settings)
    key = f"{given.name}-{place}-{incident_of(notification)}"
    known = remembered(given.state, key, now)
    message = message_of(notification, known, now, given.name)
    channel = open_channel(Receiver(given.name, given.name, given.settings, ""), environment)
    try:
        async with asyncio.timeout(given.timeout):
            reference = await _said(channel, message, given.timeout)
    finally:
        await channel.close()
    _keep(given.state, key, notification, message, dict(reference))
    return True


def is_told(channel: str, notification: Notification) -> bool:
    """Return whether a channel has anything to say.

    PagerDuty has no remarks. But cores are silent about a recovery in a downtime or while it flaps:
    at the end of that what is well is resolved, and what is not is triggered.
    """
    if channel not in TELLS_PROBLEMS or notification.is_well:
        return True
    return notification.kind in ("problem", "acknowledgement", "flapping is over")


async def _said(channel: Channel, message: Message, seconds: float) -> Mapping[str, str]:
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + seconds, FIRST_PAUSE
    while True:
        try:
            return await channel.say(message)
        except CannotSayError as error:
            rest = max(pause, error.retry_after or 0.0)
            if error.is_final or loop.time() + rest >= until:
                raise
            await asyncio.sleep(rest)
            pause *= 2


def _keep(
    folder: Path | None,
    key: str,
    notification: Notification,
    message: Message,
    reference: dict[str, str],
) -> None:
    if notification.is_well:
        remember(folder, key, None)
    else:
        remember(folder, key, Remembered(message.opened, message.level, reference))


def _failed(channel: str, sentence: str, code: int) -> int:
    print(f"notify_{channel}: {' '.join(sentence.split())}", file=sys.stderr)  # noqa: T201
    return code
