"""Values as sentences show them: short, on one line, without secrets."""

from collections.abc import Mapping, Sequence
from itertools import islice

from blinkenlights.conditions.hiding import beginning, without
from blinkenlights.invisible import is_all_seen, is_seen

MOST = 80
"""Characters of a value."""
_DEEPEST = 2


def shown(value: object, secrets: Sequence[str] = ()) -> str:
    """Return a value: `'ok'`, `3`, `true`, `null`, `[1, 2]`."""
    if isinstance(value, str):
        return f"'{_short(_seen(beginning(value, MOST + 1, secrets)))}'"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return without(number(value), secrets)
    if isinstance(value, list | tuple | Mapping):
        return _short(_inner(value, secrets))
    return _short(_seen(without(str(value), secrets)))


def typed(value: object, secrets: Sequence[str] = ()) -> str:
    """Return a value with the name of its type: `the text '3'`, `the number 3`."""
    if value is None:
        return "null"
    return f"{_type_word(value)} {shown(value, secrets)}"


def number(value: float) -> str:
    """Return a number without digits that say nothing: `3`, `0.81`."""
    if isinstance(value, int):
        # Of very long ones Python refuses to say the digits.
        return str(value) if abs(value) < 10**30 else "more than 10^30"
    if value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return f"{value:.6g}"


def _type_word(value: object) -> str:
    if isinstance(value, bool):
        return "the boolean"
    if isinstance(value, str):
        return "the text"
    if isinstance(value, int | float):
        return "the number"
    return "the list" if isinstance(value, list | tuple) else "the map"


def _short(text: str) -> str:
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."


def _seen(text: str) -> str:
    if is_all_seen(text):
        return text
    return "".join(
        each
        if is_seen(each)
        else each.encode("unicode_escape").decode("ascii")
        if not each.isprintable()
        else f"\\u{ord(each):04x}"
        for each in text
    )


def _inner(value: object, secrets: Sequence[str], depth: int = 0) -> str:
    """Return as much of a list or map as is shown."""
    if depth > _DEEPEST and isinstance(value, list | tuple | Mapping):
        return "..."
    if isinstance(value, Mapping):
        pairs = islice(value.items(), MOST)
        inner = (
            f"{shown(str(key), secrets)}: {_inner(of, secrets, depth + 1)}" for key, of in pairs
        )
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        inner = (_inner(each, secrets, depth + 1) for each in islice(value, MOST))
        return f"[{', '.join(inner)}]"
    return shown(value, secrets)
