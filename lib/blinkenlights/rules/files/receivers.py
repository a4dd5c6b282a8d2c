"""From what a file says of a receiver to the receiver. Its secrets are looked for, never kept."""

from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from typing import NamedTuple, cast

import msgspec

from blinkenlights.rules.files.channel_forms import CHANNELS, literals_in
from blinkenlights.rules.files.words import mistake_in_receiver
from blinkenlights.rules.receiver import Receiver
from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.notes import Notes
from blinkenlights.yaml_files.secrets import NoSecret, Secrets
from blinkenlights.yaml_files.unfit import Unfit

DIGEST = 8
"""Hexadecimal digits."""


def receivers_of(
    given: Plain, file: str, environment: Mapping[str, str] | None, notes: Notes, doubts: Notes
) -> tuple[Receiver, ...]:
    """Return the receivers of a file; what is wrong with them is noted.

    Args:
        given: What stands under `receivers`.
        file: The name of the file.
        environment: Where secrets are; None to look for none.
        notes: Takes what is wrong.
        doubts: Takes what is wrong with secrets as they are now.
    """
    if given is None:
        return ()
    if not isinstance(given, dict):
        notes.note(["receivers"], "receivers: wants names below it, each with a channel")
        return ()
    secrets = None if environment is None else Secrets(environment)
    reading = _Reading(file, secrets, notes, doubts)
    found = (reading.receiver(name, each) for name, each in given.items())
    return tuple(each for each in found if each is not None)


def digest_of(channel: str, settings: Mapping[str, Plain]) -> str:
    """Return what tells this place from another one under the same name."""
    text = msgspec.json.encode([channel, settings], order="deterministic")
    return sha256(text).hexdigest()[:DIGEST]


def settings_of(channel: str, settings: Mapping[str, Plain], secrets: Secrets) -> msgspec.Struct:
    """Return what a channel is told, with its secrets: the struct that `CHANNELS` has for it.

    What was kept in the store by another version may not fit any more. Raises NoSecret, Unfit.
    """
    form = CHANNELS.get(channel)
    if form is None:
        raise Unfit(channel, f"there is no such channel; there are {', '.join(CHANNELS)}")
    whole = {key: filled(value, secrets) for key, value in settings.items()}
    try:
        made = msgspec.convert(whole, form.settings)
    except msgspec.ValidationError as error:
        # It says which key and which type, and no value.
        raise Unfit(channel, str(error)) from None
    for unfit in form.check(made):
        raise unfit
    return made


def filled(value: Plain, secrets: Secrets) -> Plain:
    """Return settings with their secrets filled in; raises NoSecret."""
    if isinstance(value, str):
        return secrets.filled(value)
    if isinstance(value, list):
        return [filled(each, secrets) for each in value]
    if isinstance(value, dict):
        return {key: filled(each, secrets) for key, each in value.items()}
    return value


class _Reading(NamedTuple):
    file: str
    secrets: Secrets | None
    """None where nobody looks for them."""
    notes: Notes
    doubts: Notes

    def receiver(self, name: str, given: Plain) -> Receiver | None:
        path = ["receivers", name]
        wrong = mistake_in_receiver(name) or _mistake_in_channel(given)
        if wrong:
            self.notes.note(path, f"receiver {name}: {wrong}")
            return None
        (channel, settings), *_ = cast("dict[str, dict[str, Plain]]", given).items()
        before = len(self.notes.mistakes)
        self._check(name, channel, settings)
        if len(self.notes.mistakes) > before:
            return None
        digest = digest_of(channel, settings)
        return Receiver(name, channel, settings, digest, self.file, self.notes.line(path))

    def _check(self, name: str, channel: str, settings: dict[str, Plain]) -> None:
        form, path, who = CHANNELS[channel], ["receivers", name, channel], f"receiver {name}"
        if self.notes.converted(settings, form.settings, path, who) is None:
            return
        for literal in literals_in(settings, form):
            key, variable = ".".join(literal), _variable(name, literal[-1])
            self.notes.note(
                [*path, *literal],
                f"{who}: {key}: holds a secret, and what is said of receivers is kept in the "
                f'store; write "${{{variable}}}" and set that variable, or "${{file:/path}}"',
            )
        if self.secrets is None:
            return
        try:
            whole = filled(settings, self.secrets)
        except NoSecret as missing:
            self.doubts.note_secret([path], f"{who}: {missing}", missing.place)
            return
        # Of what the file says itself it is a mistake of the file.
        notes = self.notes if whole == settings else self.doubts
        for unfit in form.check(msgspec.convert(whole, form.settings)):
            notes.note([*path, *unfit.path], f"{who}: {unfit}")


def _mistake_in_channel(given: Plain) -> str:
    known = ", ".join(CHANNELS)
    if not isinstance(given, dict) or len(given) != 1:
        return f"wants one channel below it: {known}"
    (channel, settings), *_ = given.items()
    if channel not in CHANNELS:
        close = get_close_matches(channel, CHANNELS, 1)
        instead = f"did you mean {close[0]}?" if close else f"there are {known}"
        return f"there is no channel {channel}; {instead}"
    if not isinstance(settings, dict):
        return f"{channel} wants keys and values below it"
    return ""


def _variable(receiver: str, key: str) -> str:
    """Return what the variable of a secret may be called: `CHAT_TOKEN`."""
    text = f"{receiver}_{key}".upper()
    return "".join(each if each.isascii() and each.isalnum() else "_" for each in text)
