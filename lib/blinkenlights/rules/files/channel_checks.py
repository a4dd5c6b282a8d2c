"""What is wrong with the settings of a channel whose secrets are filled in; no secret is said."""

import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import urlsplit

from blinkenlights.rules.files.channel_settings import (
    AppriseSettings,
    EmailSettings,
    PagerDutySettings,
    SlackSettings,
    WebhookSettings,
)
from blinkenlights.rules.files.webhook_body import content_type, mistakes_in_body
from blinkenlights.yaml_files.unfit import Unfit

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")
_OURS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "webhook-id", "webhook-timestamp")
) | {"webhook-signature"}
MOST_RECIPIENTS = 50


def check_slack(settings: SlackSettings) -> Iterator[Unfit]:
    """Give what is wrong with settings of Slack."""
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


def check_pagerduty(settings: PagerDutySettings) -> Iterator[Unfit]:
    """Give what is wrong with settings of PagerDuty."""
    if not re.fullmatch(r"[0-9A-Za-z]{1,64}", settings.routing_key):
        yield Unfit("routing_key", "is none; it is the integration key, 32 letters and digits")
    yield from _check_url("url", settings.url)
    yield from _check_way(settings)


def check_webhook(settings: WebhookSettings) -> Iterator[Unfit]:
    """Give what is wrong with settings of a webhook."""
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


def check_email(settings: EmailSettings) -> Iterator[Unfit]:
    """Give what is wrong with settings of e-mail."""
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


def check_apprise(settings: AppriseSettings) -> Iterator[Unfit]:
    """Give what is wrong with settings of apprise."""
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
