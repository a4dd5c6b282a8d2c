"""All channels: what each can be told, what may be wrong with it, and which of it is secret.

A channel is added with a struct, a check, and a line in `CHANNELS`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from blinkenlights.masking import MASK, masked, masked_value, without_passwords
from blinkenlights.rules.files.channel_checks import (
    check_apprise,
    check_email,
    check_pagerduty,
    check_slack,
    check_webhook,
)
from blinkenlights.rules.files.channel_settings import (
    AppriseSettings,
    EmailSettings,
    PagerDutySettings,
    SlackSettings,
    WebhookSettings,
)
from blinkenlights.yaml_files.unfit import Unfit

_PLACE = re.compile(r"\$\{")
_WHOLE_PLACE = re.compile(r"\$\{[^}]*\}")


class ChannelForm(NamedTuple):
    """What a channel can be told."""

    settings: type[Struct]
    secret: tuple[str, ...]
    """Keys whose values must be places for secrets: settings are kept in the store."""
    check: Callable[[Any], Iterator[Unfit]]
    """Gives what is wrong with settings whose secrets are filled in, and says no secret."""


def is_literal(text: str) -> bool:
    """Return whether a text has no place for a secret: it is there for everybody to read."""
    return bool(text) and _PLACE.search(text.replace("$$", "")) is None


CHANNELS: Mapping[str, ChannelForm] = {
    "slack": ChannelForm(SlackSettings, ("token", "webhook"), check_slack),
    "pagerduty": ChannelForm(PagerDutySettings, ("routing_key",), check_pagerduty),
    "webhook": ChannelForm(WebhookSettings, ("secret",), check_webhook),
    "email": ChannelForm(EmailSettings, ("password",), check_email),
    "apprise": ChannelForm(AppriseSettings, ("url",), check_apprise),
}


def literals_in(settings: Mapping[str, Any], form: ChannelForm) -> Iterator[tuple[str, ...]]:
    """Yield the path of each secret that is written out: by its key, or by what is beside it."""
    for key, value in settings.items():
        if isinstance(value, str) and (
            (key in form.secret and is_literal(value)) or _holds_secret(value)
        ):
            yield (key,)
        elif isinstance(value, Mapping):
            for name, each in value.items():
                is_secret = masked_value(str(name), "?") == MASK
                if isinstance(each, str) and (
                    (is_secret and is_literal(each)) or _holds_secret(each)
                ):
                    yield (key, str(name))


def _holds_secret(text: str) -> bool:
    """Return whether a part of a text gives itself away: `https://host/x?token=abc`."""
    # A login of a URL is refused by what reads the URL, with better advice.
    rest = without_passwords(_WHOLE_PLACE.sub("", text))
    return masked(rest) != rest
