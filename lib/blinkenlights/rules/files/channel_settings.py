"""What each channel can be told in a file of rules, and which of it is secret.

A channel is added with a struct and a line in `CHANNELS`. The channel itself makes the same struct
of the settings when their secrets are filled in.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct, field

from blinkenlights.masking import MASK, masked, masked_value, without_passwords
from blinkenlights.rules.files.webhook_body import content_type, mistakes_in_body
from blinkenlights.yaml_files.unfit import Unfit

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
_PLACE = re.compile(r"\$\{")
_WHOLE_PLACE = re.compile(r"\$\{[^}]*\}")
_OURS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "webhook-id", "webhook-timestamp")
) | {"webhook-signature"}
MOST_RECIPIENTS = 50


class SlackSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Slack: a bot's token and a channel, or an incoming webhook."""

    token: str = ""
    channel: str = ""
    """`#ops`, or the id of a channel."""
    webhook: str = ""
    """The URL of an incoming webhook, which has its own channel."""
    url: str = "https://slack.com/api"
    """Another one for GovSlack, and for tests."""
    ca_file: str = ""
    """A file in PEM form with the authorities to trust in place of the system's."""
    proxy: str = ""
    """The URL of an HTTP proxy. One that the environment names is not used."""


class PagerDutySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """PagerDuty: the key of an integration with its Events API v2."""

    routing_key: str
    url: str = "https://events.pagerduty.com"
    """Another one for the service region of the EU, and for tests."""
    ca_file: str = ""
    proxy: str = ""


class WebhookSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A URL that takes JSON by POST."""

    url: str
    secret: str = ""
    """Signs what is posted; empty for no signature."""
    headers: dict[str, str] = {}
    body: str = ""
    """A template in place of our JSON: `{title}` and its like are filled in, escaped as the content
    type wants it; all other braces stay."""
    ca_file: str = ""
    proxy: str = ""


class EmailSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail by SMTP."""

    to: str | list[str]
    sender: str = field(name="from")
    server: str
    """`smtp://host:port`, or `smtps://` for TLS from the first byte."""
    username: str = ""
    password: str = ""
    starttls: bool | None = None
    """None for when the server offers it."""
    ca_file: str = ""


class AppriseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Any service that apprise knows, by its URL."""

    url: str
    ca_file: str = ""
    proxy: str = ""


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


def _check_slack(settings: SlackSettings) -> Iterator[Unfit]:
    if settings.webhook:
        if settings.token or settings.channel:
            yield Unfit("webhook", "has its own channel; write either it, or token and channel")
        yield from _check_url("webhook", settings.webhook)
    elif not settings.token:
        yield Unfit("token", "is missing; write token and channel, or webhook")
    elif not settings.channel:
        yield Unfit("channel", "is missing; write '#ops', or the channel's id")
    elif not re.fullmatch(r"[\x21-\x7e]+", settings.token):
        yield Unfit("token", "cannot be one; it is one word, as xoxb-...")
    yield from _check_url("url", settings.url)
    yield from _check_way(settings)


def _check_pagerduty(settings: PagerDutySettings) -> Iterator[Unfit]:
    if not re.fullmatch(r"[0-9A-Za-z]{1,64}", settings.routing_key):
        yield Unfit("routing_key", "is none; it is the integration key, 32 letters and digits")
    yield from _check_url("url", settings.url)
    yield from _check_way(settings)


def _check_webhook(settings: WebhookSettings) -> Iterator[Unfit]:
    yield from _check_url("url", settings.url)
    for name, value in settings.headers.items():
        if not _HEADER.fullmatch(name) or re.search(r"[\r\n\0]", value):
            yield Unfit("headers", f"{name!r} cannot be a header", [name])
        elif name.lower() in _OURS:
            yield Unfit("headers", f"{name} is written by us; leave it out", [name])
    if settings.secret.startswith("whsec_") and not _is_base64(settings.secret[6:]):
        yield Unfit("secret", "begins with whsec_, and what follows is not base64")
    for wrong in mistakes_in_body(settings.body, content_type(settings.headers)):
        yield Unfit("body", wrong)
    yield from _check_way(settings)


def _check_email(settings: EmailSettings) -> Iterator[Unfit]:
    recipients = [settings.to] if isinstance(settings.to, str) else settings.to
    if not 0 < len(recipients) <= MOST_RECIPIENTS:
        yield Unfit("to", f"wants 1 to {MOST_RECIPIENTS} addresses")
    if not all(map(_ADDRESS.fullmatch, recipients)):
        yield Unfit("to", "holds what is no address; write ops@example.net")
    if not _ADDRESS.fullmatch(settings.sender):
        yield Unfit("from", "is no address; write alerts@example.net")
    yield from _check_url("server", settings.server, ("smtp", "smtps"))
    if bool(settings.username) is not bool(settings.password):
        yield Unfit("username", "and password go together; write both, or none")
    if settings.starttls and settings.server.startswith("smtps:"):
        yield Unfit("starttls", "is for smtp://; smtps:// speaks TLS from the first byte")
    yield from _check_ca_file(settings.ca_file)


def _check_apprise(settings: AppriseSettings) -> Iterator[Unfit]:
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://\S", settings.url):
        yield Unfit("url", "is no URL of apprise; it begins with a service: ntfy://, tgram://")
    yield from _check_way(settings)


def _check_way(
    settings: SlackSettings | PagerDutySettings | WebhookSettings | AppriseSettings,
) -> Iterator[Unfit]:
    yield from _check_ca_file(settings.ca_file)
    if settings.proxy:
        yield from _check_url("proxy", settings.proxy, ("http", "https"))


def _check_ca_file(path: str) -> Iterator[Unfit]:
    if path and not path.startswith("/"):
        yield Unfit("ca_file", "is no whole path; begin it with a slash")


def _is_base64(text: str) -> bool:
    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False


def _check_url(key: str, url: str, schemes: tuple[str, ...] = ("https", "http")) -> Iterator[Unfit]:
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or re.search(r"[\s\x00-\x1f]", url):
        path = "/path" if schemes[0] == "https" else ":25"
        yield Unfit(key, f"is no URL; write {schemes[0]}://host{path}")
    elif parts.username is not None or parts.password is not None:
        instead = "write it as a header"
        if "smtp" in schemes:
            instead = "write it as username and password"
        elif key == "proxy":
            instead = "only a proxy that wants none can be used"
        yield Unfit(key, f"holds a login; {instead}")


CHANNELS: Mapping[str, ChannelForm] = {
    "slack": ChannelForm(SlackSettings, ("token", "webhook"), _check_slack),
    "pagerduty": ChannelForm(PagerDutySettings, ("routing_key",), _check_pagerduty),
    "webhook": ChannelForm(WebhookSettings, ("secret",), _check_webhook),
    "email": ChannelForm(EmailSettings, ("password",), _check_email),
    "apprise": ChannelForm(AppriseSettings, ("url",), _check_apprise),
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
