"""The tables and keys of a configuration as data, read off the structs of shape.py and of kinds."""

from functools import cache
from typing import Any, NamedTuple, get_args

import msgspec
from msgspec.inspect import (
    BoolType,
    FloatType,
    IntType,
    ListType,
    Metadata,
    Type,
    UnionType,
    type_info,
)

from blinkenlights.config.shape import Config
from blinkenlights.config_keys.key import Check, everything
from blinkenlights.config_keys.table import Conflicts
from blinkenlights.config_keys.table import Table as TableOfKind
from blinkenlights.kinds.registry import KINDS


class Key(NamedTuple):
    """One key of a table."""

    name: str
    annotation: Any
    """What msgspec converts its value to."""
    plain: Type
    says: str
    example: Any
    default: Any
    """None when it is required, or when it depends on the machine."""
    required: bool
    check: Check | None


class Table(NamedTuple):
    """One table: `[name]`, or `[[name]]` when it is repeated."""

    name: str
    struct: type[msgspec.Struct]
    repeated: bool
    says: str
    keys: tuple[Key, ...]
    conflicts: Conflicts | None
    is_of_a_kind: bool
    unique: str = ""
    """The key that has to be another one in each repetition; empty for none."""

    @property
    def header(self) -> str:
        """Its first line in the file."""
        return f"[[{self.name}]]" if self.repeated else f"[{self.name}]"


@cache
def tables() -> tuple[Table, ...]:
    """Return the tables of a configuration, in the order of their declaration.

    Those of kinds stand where `Config.of_kinds` is declared, in the order of the registry.
    """
    found: list[Table] = []
    for section in msgspec.structs.fields(Config):
        if section.name == "of_kinds":
            found += map(_table_of_a_kind, tables_of_kinds())
            continue
        is_repeated = bool(get_args(section.type))
        struct = get_args(section.type)[0] if is_repeated else section.type
        found.append(_table(section.name, struct, is_repeated=is_repeated))
    return tuple(found)


def tables_of_kinds() -> tuple[TableOfKind, ...]:
    """Return the tables of all kinds, in the order of the registry."""
    return tuple(
        table
        for kind in KINDS
        for tables in (*(signal.tables for signal in kind.signals), kind.tables)
        for table in tables
    )


def expected(plain: Type) -> str:
    """Return in words what a value of this type is."""
    match plain:
        case BoolType():
            return "true or false"
        case IntType():
            return f"a whole number from {plain.ge} to {plain.le}"
        case FloatType():
            return f"a number from {plain.ge:g} to {plain.le:g}"
        case UnionType():
            return 'a number of seconds above 0, or a text in quotes such as "2h"'
        case ListType(item_type=FloatType()):
            return "a list of numbers, such as [0, 100]"
        case ListType():
            return 'a list of texts, such as ["a", "b"]'
        case _:
            return "a text in quotes"


def _table(name: str, struct: type[msgspec.Struct], *, is_repeated: bool) -> Table:
    keys = tuple(_key(each) for each in msgspec.structs.fields(struct))
    return Table(name, struct, is_repeated, struct.__doc__ or "", keys, None, is_of_a_kind=False)


def _table_of_a_kind(each: TableOfKind) -> Table:
    table = _table(each.name, each.struct, is_repeated=each.is_repeated)
    return table._replace(conflicts=each.conflicts, is_of_a_kind=True, unique=each.unique)


def _key(field: msgspec.structs.FieldInfo) -> Key:
    kept = type_info(field.type)
    if not isinstance(kept, Metadata):
        raise TypeError(f"{field.name} is not described by key()")
    schema = kept.extra_json_schema or {}
    return Key(
        name=field.name,
        annotation=field.type,
        plain=kept.type,
        says=schema["description"],
        example=schema["examples"][0],
        default=_default(field),
        required=field.required,
        check=(kept.extra or {})["check"],
    )


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    # What others give depends on the machine.
    return field.default_factory() if field.default_factory in (list, everything) else None
