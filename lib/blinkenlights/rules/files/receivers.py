"""From what a file says of a receiver to the receiver. Its secrets are looked for, never kept."""

from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from typing import cast

import msgspec

from blinkenlights.rules.files.channel_settings import CHANNELS, literals_in
from blinkenlights.rules.files.words import mistake_in_receiver
from blinkenlights.rules.receiver import Receiver
from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.notes import Notes
from blinkenlights.yaml_files.secrets import NoSecret, Secrets

DIGEST = 8
"""Hexadecimal digits."""


def receivers_of(
    given: Plain, file: str, environment: Mapping[str, str], notes: Notes
) -> tuple[Receiver, ...]:
    """Return the receivers of a file; what is wrong with them is noted.

    Args:
        given: What stands under `receivers`.
        file: The name of the file.
        environment: Where secrets are.
        notes: Takes what is wrong.
    """
    if given is None:
        return ()
    if not isinstance(given, dict):
        notes.note(["receivers"], "receivers: wants names below it, each with a channel")
        return ()
    found = (_receiver(name, each, file, environment, notes) for name, each in given.items())
    return tuple(each for each in found if each is not None)


def digest_of(channel: str, settings: Mapping[str, Plain]) -> str:
    """Return what tells this place from another one under the same name."""
    text = msgspec.json.encode([channel, settings], order="deterministic")
    return sha256(text).hexdigest()[:DIGEST]


def filled(value: Plain, secrets: Secrets) -> Plain:
    """Return settings with their secrets filled in; raises NoSecret."""
    if isinstance(value, str):
        return secrets.filled(value)
    if isinstance(value, list):
        return [filled(each, secrets) for each in value]
    if isinstance(value, dict):
        return {key: filled(each, secrets) for key, each in value.items()}
    return value


def _receiver(
    name: str, given: Plain, file: str, environment: Mapping[str, str], notes: Notes
) -> Receiver | None:
    path = ["receivers", name]
    wrong = mistake_in_receiver(name) or _mistake_in_channel(given)
    if wrong:
        notes.note(path, f"{name}: {wrong}")
        return None
    (channel, settings), *_ = cast("dict[str, dict[str, Plain]]", given).items()
    before = len(notes.mistakes)
    _check(name, channel, settings, environment, notes)
    if len(notes.mistakes) > before:
        return None
    digest = digest_of(channel, settings)
    return Receiver(name, channel, settings, digest, file, notes.line(path))


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


def _check(
    name: str,
    channel: str,
    settings: dict[str, Plain],
    environment: Mapping[str, str],
    notes: Notes,
) -> None:
    form, path = CHANNELS[channel], ["receivers", name, channel]
    if notes.converted(settings, form.settings, path, name) is None:
        return
    for literal in literals_in(settings, form):
        key = ".".join(literal)
        notes.note(
            [*path, *literal],
            f"{name}: {key}: is a secret, and what a file says of receivers is kept in the store; "
            f'write {key}: "${{{_variable(name, literal[-1])}}}" and set that variable, or '
            f'"${{file:/path}}"',
        )
    try:
        whole = filled(settings, Secrets(environment))
    except NoSecret as missing:
        notes.note_secret([path], f"{name}: {missing}", missing.place)
        return
    for unfit in form.check(msgspec.convert(whole, form.settings)):
        notes.note([*path, *unfit.path], f"{name}: {unfit}")


def _variable(receiver: str, key: str) -> str:
    """Return what the variable of a secret may be called: `CHAT_TOKEN`."""
    text = f"{receiver}_{key}".upper()
    return "".join(each if each.isascii() and each.isalnum() else "_" for each in text)
