"""Links in messages by which their readers acknowledge or silence, without a token: signed.

Whoever has a link can do what it says, in its receiver's name and until it expires, and nothing
else. It changes nothing to open it: what it leads to asks first. Times are seconds since the epoch.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Literal, NamedTuple, Self, get_args
from urllib.parse import urlencode

from blinkenlights.alert.message import Message
from blinkenlights.config.passwords import read_password
from blinkenlights.errors import ConfigError

Action = Literal["acknowledge", "silence"]
KEPT_SECONDS = 86_400
"""How long a link in a message works."""
SILENCED_SECONDS = 3600
"""For how long a link silences."""
MOST_EPISODES = 20
"""Alerts that one link is about. A message about more has none: somebody has to look first."""
LEAST_SECRET = 16
"""Characters of a secret that nobody guesses."""
PAGE = "link"
"""Where the page answers to links."""
_VERSION = "blinkenlights link 1"
_LONGEST = 4096


class Link(NamedTuple):
    """What a link is good for."""

    action: Action
    episodes: tuple[str, ...]
    """The firings that it is about: of others of the same alerts it says nothing."""
    expires: int
    receiver: str
    """Who was told, and acts by it."""


class LinkError(Exception):
    """A link that is not ours."""


class LinkExpiredError(LinkError):
    """A link that was ours, and is over."""


class Signer:
    """Makes links, and tells its own from others.

    Args:
        secret: What only we know.
    """

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    @classmethod
    def of(cls, path: str) -> Self | None:
        """Return one with the secret in a file; None without a file. Raises ConfigError."""
        secret = read_password("alert.links_secret_file", path)
        if secret is None:
            return None
        if len(secret) < LEAST_SECRET:
            raise ConfigError(
                f"alert.links_secret_file: the first line of {path} has fewer than {LEAST_SECRET} "
                "characters; write one there with: openssl rand -hex 32"
            )
        return cls(secret)

    def query(self, link: Link) -> str:
        """Return a link as a query: `action=acknowledge&episode=...&signature=...`."""
        return urlencode(self.fields(link), errors="replace")

    def fields(self, link: Link) -> dict[str, str]:
        """Return the same by name, as a form has it."""
        return {
            "action": link.action,
            "episode": " ".join(link.episodes),
            "expires": str(link.expires),
            "receiver": link.receiver,
            "signature": self._signature(link),
        }

    def verified(self, given: Mapping[str, str], now: float) -> Link:
        """Return the link that a query or form holds.

        Raises LinkError for what we did not sign, or LinkExpiredError.
        """
        link = _parsed(given)
        # Compared in the same time whatever is wrong, so that it says nothing of what is right.
        signature = given.get("signature", "").encode(errors="replace")
        if link is None or not hmac.compare_digest(self._signature(link).encode(), signature):
            raise LinkError("this link is not one of ours, or a part of it is missing")
        if now >= link.expires:
            raise LinkExpiredError("this link has expired: links in messages work for a day")
        return link

    def _signature(self, link: Link) -> str:
        # In JSON, so that no two links have the same text.
        text = json.dumps([_VERSION, *link])
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


class MessageLinks:
    """Puts links into messages.

    Args:
        signer: Signs them.
        url: Where people find the page.
    """

    def __init__(self, signer: Signer, url: str) -> None:
        self._signer = signer
        self._page = f"{url.rstrip('/')}/{PAGE}?"

    def linked(self, message: Message) -> Message:
        """Return a message with links about all that fires, where there are not too many."""
        episodes = tuple(dict.fromkeys(each.episode for each in message.firing))
        if not 0 < len(episodes) <= MOST_EPISODES:
            return message
        expires = int(message.now) + KEPT_SECONDS

        def link(action: Action) -> str:
            made = Link(action, episodes, expires, message.receiver)
            return self._page + self._signer.query(made)

        acknowledge = "" if message.acknowledged else link("acknowledge")
        return replace(message, acknowledge_link=acknowledge, silence_link=link("silence"))


def _parsed(given: Mapping[str, str]) -> Link | None:
    action, expires = given.get("action", ""), given.get("expires", "")
    if sum(map(len, given.values())) > _LONGEST or not (expires.isascii() and expires.isdigit()):
        return None
    for known in get_args(Action):
        if action == known:
            episodes = tuple(given.get("episode", "").split(" "))
            return Link(known, episodes, int(expires), given.get("receiver", ""))
    return None
