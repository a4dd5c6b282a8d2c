"""Files with secrets that others on the machine can read."""

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blinkenlights.config.shape import Config
from blinkenlights.config.tables import tables_of_kinds
from blinkenlights.masking import without_passwords

_EVERYBODY_KNOWS = "guest:guest@"
"""The login of a broker that was just installed, which it takes from its own machine only."""


def exposed(file: str, config: Config) -> list[str]:
    """Return a sentence for each file that holds a secret and that others can read.

    Args:
        file: The configuration, which may be missing.
        config: What it says.
    """
    found = []
    if _holds_a_secret(file) and _is_open(Path(file)):
        found.append(
            f"{file}: holds a password, and others can read it; write the password into a file of "
            f"its own (password_file), or run: chmod o= {file}"
        )
    found += [
        f"{place}: {path} holds a secret, and others can read it; run: chmod o= {path}"
        for place, path in _named(config)
        if _is_open(Path(path))
    ]
    return list(dict.fromkeys(found))


def _named(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the files of secrets that a configuration names, with the key that names each."""
    tables: list[tuple[str, Any]] = [
        ("store", config.store),
        ("influx", config.influx),
        ("web", config.web),
    ]
    tables += [(f"amqp[{number}]", each) for number, each in enumerate(config.amqp)]
    for kind in tables_of_kinds():
        tables += [(kind.name, each) for each in config.tables(kind.struct)]
    for place, table in tables:
        for key in ("password_file", "token_file", "tokens_file"):
            if path := getattr(table, key, ""):
                yield f"{place}.{key}", path


def _holds_a_secret(file: str) -> bool:
    try:
        tree = tomllib.loads(Path(file).read_text("utf-8").removeprefix("\ufeff"))
    except (OSError, ValueError):
        return False
    return any(
        without_passwords(text) != text for text in _texts(tree) if _EVERYBODY_KNOWS not in text
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _is_open(path: Path) -> bool:
    """Return whether somebody who is neither its owner nor of its group can read a file."""
    try:
        real = path.resolve(strict=True)
        return bool(real.stat().st_mode & stat.S_IROTH) and all(
            each.stat().st_mode & stat.S_IXOTH for each in real.parents
        )
    except OSError:
        return False
