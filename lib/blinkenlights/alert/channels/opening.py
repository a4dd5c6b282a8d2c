"""Makes the channel of a receiver, with its secrets filled in."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from blinkenlights.alert.channels.channel import CannotSayError, Channel
from blinkenlights.alert.channels.webhook import Webhook
from blinkenlights.rules.files.channel_settings import CHANNELS
from blinkenlights.rules.receiver import Receiver
from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.secrets import NoSecret, Secrets

MAKERS: Mapping[str, Callable[[Any], Channel]] = {"webhook": Webhook}
"""Name of a channel -> what makes it of its settings."""


def open_channel(receiver: Receiver, environment: Mapping[str, str]) -> Channel:
    """Return the channel of a receiver; raises CannotSayError when its settings cannot be used.

    Settings that others kept may name secrets that are not here any more.
    """
    form, maker = CHANNELS.get(receiver.channel), MAKERS.get(receiver.channel)
    if form is None or maker is None:
        raise CannotSayError(f"there is no channel {receiver.channel}", is_final=True)
    try:
        filled = _filled(dict(receiver.settings), Secrets(environment))
        return maker(msgspec.convert(filled, form.settings))
    except NoSecret as missing:
        # Whoever is started with it may still tell.
        raise CannotSayError(str(missing)) from None
    except msgspec.ValidationError as error:
        raise CannotSayError(f"its settings cannot be used: {error}", is_final=True) from None


def _filled(value: Plain, secrets: Secrets) -> Plain:
    if isinstance(value, str):
        return secrets.filled(value)
    if isinstance(value, dict):
        return {name: _filled(each, secrets) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, secrets) for each in value]
    return value
