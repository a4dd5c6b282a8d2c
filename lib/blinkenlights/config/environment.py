"""Keys that the environment sets.

`interval` of `[heartbeat]` is BLINKENLIGHTS_HEARTBEAT_INTERVAL, `url` of the first `[[amqp]]` is
BLINKENLIGHTS_AMQP_0_URL. A list is separated by commas. The environment wins over the
file; the number that follows the last of the file's sources adds a source.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.inspect import BoolType, FloatType, IntType, ListType

from blinkenlights.config.tables import Key, Table, tables
from blinkenlights.store.settings import PASSWORD

PREFIX = "BLINKENLIGHTS_"
NOT_KEYS = ("BLINKENLIGHTS_CONFIG", "BLINKENLIGHTS_STATE", PASSWORD)
"""Two say where files are, so they cannot stand in one; the third has no place in a file."""
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Setting(NamedTuple):
    """A variable, and the key that it sets."""

    variable: str
    table: Table
    number: int
    """Which of a repeated table, from 0."""
    key: Key
    value: object


class Misfit(NamedTuple):
    """A variable that has our prefix and sets nothing, and what to do about it."""

    variable: str
    sentence: str


def settings(environment: Mapping[str, str]) -> Iterator[Setting | Misfit]:
    """Give what our variables in `environment` set, sources in the order of their numbers."""
    known = {variable_name(table, key): (table, key) for table in tables() for key in table.keys}
    ours = [name for name in environment if name.startswith(PREFIX) and name not in NOT_KEYS]
    for name in sorted(ours, key=_with_numbers_as_numbers):
        number = re.search(r"(?<=_)[0-9]+(?=_)", name)
        generic = name[: number.start()] + "0" + name[number.end() :] if number else name
        if generic in known:
            table, key = known[generic]
            # As for checks: a unit or a container sets a variable to nothing where it has no value.
            if table.name == "store" and not environment[name]:
                continue
            value = value_of(environment[name], key)
            yield Setting(name, table, int(number[0]) if number else 0, key, value)
        else:
            near = difflib.get_close_matches(
                generic.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1
            )
            advice = f"did you mean {PREFIX}{near[0]}?" if near else "remove it"
            yield Misfit(name, f"sets no key; {advice}")


def variable_name(table: Table, key: Key, number: int | str = 0) -> str:
    """Return the name of the variable that sets `key` of `table`, or of the table's number."""
    middle = f"{table.name}_{number}" if table.repeated else table.name
    return f"{PREFIX}{middle}_{key.name}".upper()


def value_of(text: str, key: Key) -> object:
    """Return `text` as the type of `key` wants it, or unchanged when it cannot be that."""
    try:
        match key.plain:
            case ListType(item_type=FloatType()):
                return [float(item) for item in text.split(",") if item.strip()]
            case ListType():
                return [item.strip() for item in text.split(",") if item.strip()]
            case BoolType():
                return TRUTHS.get(text.strip().lower(), text)
            case IntType():
                return int(text)
            case FloatType():
                return float(text)
    except ValueError:
        pass
    return text


def _with_numbers_as_numbers(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in name.split("_")]
