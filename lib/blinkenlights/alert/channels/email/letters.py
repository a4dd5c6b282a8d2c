"""What a mail looks like: headers, plain text, and the same in a little HTML.

The first mail about an incident has a Message-ID that follows from the incident, and all others
refer to it, so that mail programs show them together. What is said again has the same Message-ID.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from blinkenlights.alert.channels.webhook.bodies import id_of
from blinkenlights.alert.channels.wording import is_link, plain_text, sections
from blinkenlights.alert.message import Message
from blinkenlights.plugin.words import shorten

SUBJECT_BYTES = 250


def letter(message: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """Return a mail.

    Args:
        message: What it says.
        sender: One address.
        recipients: Addresses.

    Raises ValueError for an address with a line break in it. Names of things may have one: in a
    subject it is a blank.
    """
    domain = sender.rpartition("@")[2]
    # Of a host of a core the incident is the same for ever, and the problem is another one.
    root = f"<{message.incident}.{message.opened:.0f}@{domain}>"
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject(message)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(datetime.fromtimestamp(message.now, UTC))
    if message.is_first:
        mail["Message-ID"] = root
    else:
        mail["Message-ID"] = f"<{message.incident}.{id_of(message)}@{domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    # No vacation notice answers it.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.state == "firing" and message.level == "critical":
        mail["Importance"] = "high"
    mail.set_content(f"{_line(message.title)}\n\n{_seen(plain_text(message))}")
    mail.add_alternative(page(message), subtype="html")
    return mail


def subject(message: Message) -> str:
    """Return the title in one line."""
    return shorten(_line(message.title), SUBJECT_BYTES)


def page(message: Message) -> str:
    """Return the message as HTML that needs nothing from elsewhere."""
    parts = [f"<p><strong>{escape(_line(message.title))}</strong></p>"]
    for name, lines in sections(message):
        rows = map(_link_of if name == "links" else escape, map(_seen, lines))
        parts.append(f"<p>{'<br>'.join(rows)}</p>")
    return f"<!doctype html><html><body>\n{chr(10).join(parts)}\n</body></html>\n"


def _link_of(line: str) -> str:
    name, _, url = line.partition(": ")
    # The name of a thing may have a colon: then the whole line is plain.
    if not is_link(url):
        return escape(line)
    return f'<a href="{escape(url)}">{escape(name)}</a>'


def _line(text: str) -> str:
    return " ".join(_seen(text).split())


def _seen(text: str) -> str:
    """Return a text without what controls anything but lines, and without halves of characters."""
    kept = "".join(each if each.isprintable() or each == "\n" else " " for each in text)
    return kept.encode(errors="replace").decode()
