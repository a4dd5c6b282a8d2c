"""A transfer as one line for people, or as one line of JSON for programs."""

import json
from datetime import UTC, datetime

from blinkenlights.invisible import is_all_seen, is_seen, with_blanks_seen
from blinkenlights.kinds.transfer.codes import in_words, is_good
from blinkenlights.kinds.transfer.fact import Started, Transfer

_RED, _DIM, _PLAIN = "\033[31m", "\033[2m", "\033[0m"
_UNITS = ("KB", "MB", "GB", "TB", "PB", "EB")


def in_one_line(fact: Transfer | Started, topic: str | None, *, colour: bool) -> str:
    """Return a transfer as one line for people, without its end.

    Args:
        fact: The transfer.
        topic: The routing key; None to leave it out.
        colour: Whether to use the colours of a terminal.
    """
    moment = _moment(fact.event, "milliseconds").replace("T", " ")
    who = _field(f"{fact.source} > {fact.client}")
    name = _field(fact.name)
    bad = isinstance(fact, Transfer) and not is_good(fact.code)
    if isinstance(fact, Transfer):
        start = f"{moment} {fact.code} {who:<24} {_size(fact.size):>8} {_duration(fact.duration)}"
        parts = [f"{start} {name or '-'}"]
        if fact.flow:
            parts.append(f"flow {_field(fact.flow)}")
        if bad:
            parts.append(_why(fact))
    else:
        parts = [f"{moment} ... {who:<24} {'begun':>8} {'':>9} {name or _field(fact.id)}"]
    text = _printable("  ".join(parts))
    if bad and colour:
        text = f"{_RED}{text}{_PLAIN}"
    if topic is None:
        return text
    shown = _printable(topic)
    return f"{text}  {_DIM}{shown}{_PLAIN}" if colour else f"{text}  {shown}"


def in_json(fact: Transfer | Started, topic: str | None) -> str:
    """Return a transfer as one line of JSON in ASCII: the keys of JSON reports, and the topic."""
    found: dict[str, object] = {
        "timestamp": _moment(fact.event, "microseconds"),
        "source": fact.source,
        "client": fact.client,
    }
    if isinstance(fact, Transfer):
        found |= {"state": "finished", "code": fact.code, "bytes": fact.size}
        found |= {"duration": fact.duration, "name": fact.name, "flow": fact.flow}
        found |= {"message": fact.message}
    else:
        found |= {"state": "started", "name": fact.name}
    found |= {"node": fact.node, "id": fact.id}
    if topic is not None:
        found["topic"] = topic
    return json.dumps(found)


def _why(fact: Transfer) -> str:
    words = in_words(fact.code)
    return f"({words}: {fact.message})" if fact.message else f"({words})"


def _moment(time: float, precision: str) -> str:
    moment = datetime.fromtimestamp(time, UTC).replace(tzinfo=None)
    return moment.isoformat(timespec=precision) + "Z"


def _size(size: float) -> str:
    """Return bytes in the largest unit that leaves digits before the point: `6.3 KB`."""
    if size < 1024:  # noqa: PLR2004 - a KB
        return f"{size:.0f} B"
    unit, *larger = _UNITS
    size /= 1024
    while size >= 1000 and larger:  # noqa: PLR2004 - a fourth digit would be too wide
        unit, *larger = larger
        size /= 1024
    return f"{size:.1f} {unit}"


def _duration(seconds: float | None) -> str:
    return f"{'-':>9}" if seconds is None else f"{seconds:>7.2f} s"


def _field(text: str) -> str:
    """Return a text in which no two blanks follow one another, for they stand between fields."""
    return with_blanks_seen(text, r"\x20")


def _printable(text: str) -> str:
    r"""Return `text` with all that does not print as an escape: ESC becomes `\x1b`."""
    if is_all_seen(text):
        return text
    return "".join(
        each if is_seen(each) else each.encode("unicode_escape").decode() for each in text
    )
