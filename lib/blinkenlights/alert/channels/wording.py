"""What messages say, in lines that every channel can use: what, how much, since when, which limit.

Channels differ in how they show lines, not in what the lines say.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from blinkenlights.alert.message import Message
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.titles import ended_line, line_of
from blinkenlights.plugin.words import moment, shorten

REPEATED = "Possibly repeated: nobody knows whether this was taken before."
MOST_LINES = 20
"""Alerts that a message lists; the others are counted."""
TEXT_BYTES = 2000
"""Of each text of a rule."""
LINK_CHARACTERS = 4000
"""Longer ones are followed by few programs, and would fill a message."""

_BEFORE = {
    "fired": "New: ",
    "worsened": "Worse: ",
    "eased": "Better, but not well: ",
    "reminder": "Still: ",
    "escalated": "Nobody has acknowledged: ",
}


def state_of(message: Message) -> str:
    """Return the state in a word: `CRITICAL`, `WARNING`, `OK`, `ENDED`."""
    if message.state == "firing":
        return message.level.upper()
    ends = [one for one in message.changes if one.is_end]
    return "ENDED" if ends and all(one.what == "ended" for one in ends) else "OK"


def firing_line(one: Notice, now: float) -> str:
    """Return one alert that fires, with its beginning."""
    since = "" if one.since >= now else f", since {moment(one.since)}"
    return f"{one.level.upper()} {one.rule}: {_about(one, now)}{since}"


def change_line(one: Notice, now: float) -> str:
    """Return one thing that is new."""
    if one.what == "remark":
        return f"{one.rule}: {one.thing}: {one.why}"
    if one.what == "acknowledged":
        return f"{one.rule}: {one.thing}: {one.why}"
    if one.what == "ended":
        return f"ENDED {one.rule}: {ended_line(one)}"
    if one.what == "resolved":
        return f"OK {one.rule}: {_well(one)}"
    return f"{_BEFORE[one.what]}{firing_line(one, now)}"


def firing_lines(message: Message, most: int = MOST_LINES) -> list[str]:
    """Return what fires, worst first."""
    lines = [firing_line(one, message.now) for one in message.firing[:most]]
    return _with_rest(lines, len(message.firing))


def change_lines(message: Message, most: int = MOST_LINES) -> list[str]:
    """Return what is new, oldest first."""
    lines = [change_line(one, message.now) for one in message.changes[:most]]
    return _with_rest(lines, len(message.changes))


def texts_of(message: Message, most: int = MOST_LINES) -> list[str]:
    """Return what the rules have to say of what fires, and what to do about it, each text once.

    What is over was filled in while it was bad, and would say that it still is.
    """
    texts = (text for one in message.firing for text in (one.text.strip(), _what_to_do(one)))
    found = list(dict.fromkeys(filter(None, texts)))
    return _with_rest([shorten(text, TEXT_BYTES) for text in found[:most]], len(found), "texts")


def links_of(message: Message) -> list[tuple[str, str]]:
    """Return where more is known and what can be done: what it is, and its URL."""
    # What is not listed is not linked to either.
    shown = (message.firing or message.changes)[:MOST_LINES]
    found = [
        *(("Runbook", one.runbook.strip()) for one in shown),
        *((f"Page of {one.thing}", one.link) for one in shown),
        ("Acknowledge", message.acknowledge_link),
        ("Silence", message.silence_link),
    ]
    by_url = {url: name for name, url in reversed(found) if is_link(url)}
    named = [(name, url) for url, name in reversed(by_url.items())]
    return named[:MOST_LINES]


def is_link(url: str) -> bool:
    """Return whether a text is a URL that people can follow, and nothing else."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    is_one = is_one and len(url) <= LINK_CHARACTERS
    return is_one and url.isprintable() and not any(each in url for each in " <>\"'\\")


def plain_text(message: Message) -> str:
    """Return the whole message as plain text, without its title."""
    return "\n\n".join("\n".join(lines) for _, lines in sections(message)) + "\n"


def sections(message: Message) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the parts of a message: its name, and its lines. The first line may be a heading."""
    now = firing_lines(message)
    new = {one.episode for one in message.changes}
    are_all_new = new == {one.episode for one in message.firing}
    if are_all_new and all(one.what == "fired" for one in message.changes):
        # The same again as news would be twice as long.
        yield "firing", now
    else:
        yield "changes", change_lines(message)
        if now and not _is_all_said(message):
            yield "firing", ["Now firing:", *now]
        if not now and any(one.is_end for one in message.changes):
            yield "over", ["Nothing fires any more."]
    texts = texts_of(message)
    if texts:
        yield "texts", texts
    if message.acknowledged:
        yield "acknowledged", [message.acknowledged]
    links = links_of(message)
    if links:
        yield "links", [f"{name}: {url}" for name, url in links]
    if message.may_be_repeated:
        yield "repeated", [REPEATED]


def _what_to_do(one: Notice) -> str:
    """Return a runbook that is no link, and stands nowhere else."""
    words = one.runbook.strip()
    return f"Runbook: {words}" if words and not is_link(words) else ""


def _is_all_said(message: Message) -> bool:
    """Return whether what is new names all that fires, so that a list of it would say it twice."""
    said = {one.episode for one in message.changes if one.what in _BEFORE}
    return len(message.changes) <= MOST_LINES and all(one.episode in said for one in message.firing)


def _about(one: Notice, now: float) -> str:
    # Of a moment that is not over, "for 0s" would say nothing.
    return f"{one.thing}: {one.why}" if one.since >= now else line_of(one, now)


def _well(one: Notice) -> str:
    if one.since < one.at:
        return ended_line(one)
    return f"{one.thing} is well: {one.why}" if one.why else f"{one.thing} is well"


def _with_rest(lines: list[str], number: int, what: str = "") -> list[str]:
    """Return lines, and behind them how many of all are left out."""
    left = number - len(lines)
    return [*lines, f"and {left} more {what}".rstrip()] if left > 0 else lines
