"""The options of a notification command: a key of its channel each, and what is secret in files.

Whoever may list processes reads command lines, and whoever may read a core's objects reads those:
a secret is the first line of a file, or a variable of the environment.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

import msgspec

from blinkenlights import __version__
from blinkenlights.rules.files.channel_forms import CHANNELS

USAGE = 3
TIMEOUT = 25.0
"""Seconds: Nagios ends a notification command after 30, Icinga 2 after 60."""
_SAYS = {
    "channel": "channel to post to: '#ops', or its id",
    "token": "token of the bot",
    "webhook": "URL of an incoming webhook, in place of token and channel",
    "routing_key": "integration key of the Events API v2",
    "url": "where the service is",
    "secret": "signs what is posted",
    "headers": "a header: 'NAME: VALUE'; may be given several times",
    "body": "template in place of our JSON",
    "to": "recipient; may be given several times",
    "from": "sender",
    "server": "smtp://host:port or smtps://host:port",
    "username": "login of the mail server",
    "password": "password of the mail server",
    "starttls": "yes to insist on TLS, no to do without; otherwise where it is offered",
    "ca_file": "file with the authorities to trust in place of the system's",
    "proxy": "URL of an HTTP proxy",
}


class Setting(NamedTuple):
    """One setting of a channel as an option."""

    key: str
    flag: str
    """`--channel`; of a secret `--token-file`."""
    says: str
    is_secret: bool
    is_list: bool
    is_needed: bool


class Given(NamedTuple):
    """What the command line says."""

    settings: dict[str, Any]
    """Places for secrets, not secrets."""
    state: Path | None
    timeout: float
    name: str


def settings_of(channel: str) -> list[Setting]:
    """Return the options of a channel, in the order of its settings."""
    form = CHANNELS[channel]
    found = []
    for field in msgspec.structs.fields(form.settings):
        key = field.encode_name
        is_secret = key in form.secret
        flag = f"--{key.replace('_', '-')}{'-file' if is_secret else ''}"
        kinds = {get_origin(each) for each in get_args(field.type)}
        is_list = key == "headers" or list in kinds
        flag = "--header" if key == "headers" else flag
        says = f"file whose first line is the {_SAYS[key]}" if is_secret else _SAYS[key]
        found.append(Setting(key, flag, says, is_secret, is_list, field.required))
    return found


def variable_of(channel: str, key: str) -> str:
    """Return the variable that a secret may be in: `BLINKENLIGHTS_SLACK_TOKEN`."""
    return f"BLINKENLIGHTS_{channel}_{key}".upper()


def parser_of(channel: str) -> argparse.ArgumentParser:
    """Return the parser of a command."""
    parser = argparse.ArgumentParser(
        prog=f"notify_{channel}",
        description=f"Say a notification of Nagios or Icinga 2 by {channel}. What it is about is "
        "in the environment: NAGIOS_NOTIFICATIONTYPE and its like, or ICINGA_ in place of NAGIOS_.",
        epilog="Exit codes: 0 said, or nothing to say; 1 not said; 3 wrong usage.",
        allow_abbrev=False,
    )
    for each in settings_of(channel):
        says = each.says
        if each.is_secret:
            says += f"; or set {variable_of(channel, each.key)}"
        action = "append" if each.is_list else "store"
        meta = "FILE" if each.is_secret else each.key.upper()
        parser.add_argument(each.flag, dest=each.key, action=action, metavar=meta, help=says)
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FOLDER",
        help="where to keep what is told, so that Slack's message is changed in place and a "
        "recovery knows how long it was bad",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT,
        metavar="SECONDS",
        help=f"how long to try, {TIMEOUT:g} unless given; below the limit of the core",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def given_by(channel: str, arguments: list[str], environment: Mapping[str, str]) -> Given:
    """Return what the command line says; ends the program with 3 when it is wrong."""
    parser = parser_of(channel)
    try:
        options = vars(parser.parse_args(arguments))
    except SystemExit as ended:
        raise SystemExit(USAGE if ended.code else 0) from None
    settings: dict[str, Any] = {}
    for each in settings_of(channel):
        value = options[each.key]
        variable = variable_of(channel, each.key)
        if each.is_secret:
            value = f"${{file:{value}}}" if value else None
        elif value:
            value = _plain(each, value)
        if not value and environment.get(variable):
            value = f"${{{variable}}}"
        if value:
            settings[each.key] = value
        elif each.is_needed:
            sentence = f"{each.flag} is missing, or the variable {variable}"
            print(f"{parser.prog}: {sentence}", file=sys.stderr)  # noqa: T201
            raise SystemExit(USAGE)
    if settings.get("starttls") in ("yes", "no"):
        settings["starttls"] = settings["starttls"] == "yes"
    return Given(settings, options["state"], options["timeout"], channel)


def _plain(setting: Setting, value: Any) -> Any:  # noqa: ANN401 - a text or texts
    """Return a value that has no places: a dollar sign stands for itself."""
    if setting.key == "headers":
        pairs = (each.partition(":") for each in value)
        # Of a header, as of a secret, the value may be a place: `Authorization: ${TOKEN}`.
        return {name.strip(): text.strip() for name, _, text in pairs}
    if setting.is_list:
        return [each.replace("$", "$$") for each in value]
    return value.replace("$", "$$")
