"""The tables and keys of a configuration as data, read off the structs of shape.py."""

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

from blinkenlights.config.keys import Check
from blinkenlights.config.shape import Config


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

    @property
    def header(self) -> str:
        """Its first line in the file."""
        return f"[[{self.name}]]" if self.repeated else f"[{self.name}]"


@cache
def tables() -> tuple[Table, ...]:
    """Return the tables of a configuration, in the order of their declaration."""
    found = []
    for section in msgspec.structs.fields(Config):
        repeated = bool(get_args(section.type))
        struct = get_args(section.type)[0] if repeated else section.type
        keys = tuple(_key(each) for each in msgspec.structs.fields(struct))
        found.append(Table(section.name, struct, repeated, struct.__doc__ or "", keys))
    return tuple(found)


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
        case ListType():
            return 'a list of texts, such as ["a", "b"]'
        case _:
            return "a text in quotes"


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
    return [] if field.default_factory is list else None
