"""What a message looks like in Slack.

Slack's markup has three characters of its own; with them escaped, no name of a thing can mention
anybody or hide a link behind another text.
"""

from typing import Any

from blinkenlights.alert.channels.wording import (
    REPEATED,
    change_lines,
    firing_lines,
    links_of,
    texts_of,
)
from blinkenlights.alert.message import Message
from blinkenlights.plugin.words import shorten

Body = dict[str, Any]

COLOURS = {"critical": "#c62828", "warning": "#f9a825"}
OVER = "#2e7d32"
LINES = 10
LINE_BYTES = 300
LINKS = 6
"""Slack asks for at most 4,000 characters of a text. Lines are cut before they are escaped: half an
escape or half a link would be shown as what it is."""
_BROADCAST = frozenset(("worsened", "reminder", "escalated"))


def escaped(text: str) -> str:
    """Return a text that has no markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def present(message: Message) -> Body:
    """Return the message of an incident, as it is now."""
    lines = firing_lines(message, LINES) or change_lines(message, LINES)
    parts = [f"• {_line(line)}" for line in lines]
    parts += map(_line, texts_of(message, LINES))
    if message.acknowledged:
        parts.append(_line(message.acknowledged))
    links = links_of(message)[:LINKS]
    if links:
        parts.append(" · ".join(f"<{_in_link(url)}|{_in_link(name)}>" for name, url in links))
    return {
        # What it is now: what is new stands in the thread.
        "text": _line(message.overview or message.title),
        "attachments": [
            {
                "color": COLOURS[message.level] if message.state == "firing" else OVER,
                "text": "\n".join(parts),
                "fallback": _line(message.overview or message.title),
                "mrkdwn_in": ["text"],
            }
        ],
        "parse": "none",
        "link_names": False,
    }


def posted(message: Message) -> Body:
    """Return a message for a channel in which it stands alone."""
    body = present(message)
    if message.may_be_repeated:
        body["attachments"][0]["text"] += f"\n_{REPEATED}_"
    # Slack would fetch the links, and show what stands there.
    return body | {"unfurl_links": False, "unfurl_media": False}


def reply(message: Message) -> Body:
    """Return what changed, for the thread. What should reach people goes to the channel as well."""
    lines = list(map(_line, change_lines(message, LINES)))
    if message.may_be_repeated:
        lines.append(f"_{REPEATED}_")
    return {
        "text": "\n".join(lines),
        "reply_broadcast": any(one.what in _BROADCAST for one in message.changes),
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _line(text: str) -> str:
    return escaped(shorten(text, LINE_BYTES))


def _in_link(text: str) -> str:
    return escaped(text).replace("|", "%7C")
