"""Opens the channel of a receiver, with its secrets filled in."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from blinkenlights.alert.channels.apprise.caller import Apprise
from blinkenlights.alert.channels.channel import Channel
from blinkenlights.alert.channels.email.mailer import Mailer
from blinkenlights.alert.channels.pagerduty import PagerDuty
from blinkenlights.alert.channels.slack.bot import SlackBot
from blinkenlights.alert.channels.slack.hook import SlackHook
from blinkenlights.alert.channels.webhook.hook import Webhook
from blinkenlights.alert.message import Message
from blinkenlights.conditions.hiding import without
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.posting import Poster
from blinkenlights.rules.files.channel_forms import CHANNELS
from blinkenlights.rules.files.channel_settings import (
    PagerDutySettings,
    SlackSettings,
    WebhookSettings,
)
from blinkenlights.rules.files.receivers import filled
from blinkenlights.rules.receiver import Receiver
from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.secrets import NoSecret, Secrets

Settings = Mapping[str, Plain]
LEAST_HIDDEN = 4
"""Characters; shorter ones are no secrets, and would be hidden within words."""


def open_channel(receiver: Receiver, environment: Mapping[str, str]) -> Channel:
    """Return the channel of a receiver.

    Its secrets are looked up for each message: a file with a new token is enough, and one that is
    not there yet is waited for.

    Args:
        receiver: Which, as its file has it.
        environment: Where secrets are.

    Raises CannotSayError, for ever, for what no channel can be made of.
    """
    if receiver.channel not in MAKERS:
        raise CannotSayError(f"there is no channel {receiver.channel}", is_final=True)
    return _Opened(receiver, environment)


class _Opened:
    """A channel that notices when its secrets change."""

    def __init__(self, receiver: Receiver, environment: Mapping[str, str]) -> None:
        self._receiver = receiver
        self._environment = environment
        self._channel: Channel | None = None
        self._settings: Settings | None = None
        self._secrets: tuple[str, ...] = ()
        self.has_key = receiver.channel in HAVE_KEYS

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it."""
        settings = self._filled()
        try:
            if self._channel is None or settings != self._settings:
                await self.close()
                self._channel = made(self._receiver.channel, settings)
                self._settings = settings
            return await self._channel.say(message)
        except CannotSayError as error:
            # A host is named in errors, and may have a secret in it.
            raise error.with_sentence(without(str(error), self._secrets)) from None

    async def close(self) -> None:
        """Give up connections."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            await channel.close()

    def _filled(self) -> Settings:
        secrets = Secrets(self._environment)
        try:
            found = {
                name: filled(value, secrets) for name, value in self._receiver.settings.items()
            }
        except NoSecret as missing:
            raise CannotSayError(f"of {self._receiver.name}: {missing}") from None
        self._secrets = tuple(sorted(each for each in secrets.known if len(each) >= LEAST_HIDDEN))
        return found


def made(channel: str, settings: Settings) -> Channel:
    """Return a channel of settings whose secrets are filled in; raises CannotSayError."""
    form = CHANNELS[channel]
    try:
        whole = msgspec.convert(settings, form.settings)
    except msgspec.ValidationError as error:
        raise CannotSayError(f"{channel}: {error}", is_final=True) from None
    for unfit in form.check(whole):
        # Of a secret that is no such thing: somebody may put another one in its place.
        raise CannotSayError(f"{channel}: {unfit}")
    return MAKERS[channel](whole)


def _slack(settings: SlackSettings) -> Channel:
    poster = Poster("Slack", ca_file=settings.ca_file, proxy=settings.proxy)
    return SlackHook(settings, poster) if settings.webhook else SlackBot(settings, poster)


def _pagerduty(settings: PagerDutySettings) -> Channel:
    poster = Poster("PagerDuty", ca_file=settings.ca_file, proxy=settings.proxy)
    return PagerDuty(settings, poster)


def _webhook(settings: WebhookSettings) -> Channel:
    poster = Poster("the webhook", ca_file=settings.ca_file, proxy=settings.proxy)
    return Webhook(settings, poster)


MAKERS: Mapping[str, Callable[[Any], Channel]] = {
    "slack": _slack,
    "pagerduty": _pagerduty,
    "webhook": _webhook,
    "email": Mailer,
    "apprise": Apprise,
}
HAVE_KEYS = frozenset(("pagerduty",))
