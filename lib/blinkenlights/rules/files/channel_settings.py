"""What each channel can be told in a file of rules.

The channel itself makes the same struct of the settings when their secrets are filled in.
"""

from msgspec import Struct, field


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
