"""From a file and the environment to a `Config`, or to everything that is wrong with them."""

import difflib
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from blinkenlights.config.conflicts import conflicts
from blinkenlights.config.environment import PREFIX, Misfit, settings
from blinkenlights.config.shape import Config
from blinkenlights.config.tables import Key, Table, expected, tables
from blinkenlights.config_keys.words import printable, shown
from blinkenlights.errors import ConfigError
from blinkenlights.locations import config_path


class Place(NamedTuple):
    """Where a value stands: `amqp[0].url`."""

    table: str
    number: int | None = None
    key: str = ""

    def __str__(self) -> str:
        """Return it the way the documentation writes it."""
        number = "" if self.number is None else f"[{self.number}]"
        return self.table + number + (f".{self.key}" if self.key else "")


def load(path: str | None = None) -> Config:
    """Return the configuration in the file at `path`, with what the environment sets.

    Without `path`, BLINKENLIGHTS_CONFIG names the file, else it is the system's, which may be
    absent. Raises ConfigError with every problem, each `file: key: sentence` or
    `environment: variable: sentence`.
    """
    file, named = config_path(path)
    return _Reading(file, named).config()


class _Reading:
    """One attempt to read a configuration, with the problems met so far."""

    def __init__(self, file: str, must_exist: bool) -> None:
        self.file = file
        self.must_exist = must_exist
        self.problems: list[str] = []
        self.variables: dict[Place, str] = {}
        self.added: set[Place] = set()
        """Sources that only the environment has."""

    def config(self) -> Config:
        """Return the configuration; raises ConfigError with all that was noted."""
        tree = self.file_tree()
        self.add_environment(tree)
        self.note_unknown(tree, [table.name for table in tables()])
        values: dict[str, Any] = {}
        of_kinds: list[msgspec.Struct] = []
        for table in tables():
            given = self.check(table, tree[table.name]) if table.name in tree else []
            made = [each for each in given if each is not None]
            if table.is_of_a_kind:
                # One that repeats the defaults is equal to one that is not there.
                of_kinds += [each for each in made if table.repeated or each != table.struct()]
            elif made:
                values[table.name] = made if table.repeated else made[0]
        if self.problems:
            raise ConfigError(*self.problems)
        return Config(**values, of_kinds=tuple(of_kinds))

    def file_tree(self) -> dict[str, Any]:
        """Return what stands in the file; nothing when that cannot be read."""
        try:
            text = Path(self.file).read_bytes().decode()
            # Editors on Windows begin a file with a mark of the order of its bytes.
            return tomllib.loads(text.removeprefix("\ufeff"))
        except FileNotFoundError:
            if self.must_exist:
                self.problems.append(f"{self.file}: there is no such file")
        except OSError as error:
            self.problems.append(f"{self.file}: cannot be read ({error.strerror})")
        except UnicodeDecodeError:
            self.problems.append(f"{self.file}: is not text in UTF-8")
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{self.file}: is not TOML: {printable(str(error))}")
        return {}

    def add_environment(self, tree: dict[str, Any]) -> None:
        """Put what the environment sets into `tree`."""
        for setting in settings(os.environ):
            if isinstance(setting, Misfit):
                self.problems.append(f"environment: {setting.variable}: {setting.sentence}")
                continue
            table = setting.table
            number = setting.number if table.repeated else None
            self.variables[Place(table.name, number, setting.key.name)] = setting.variable
            target = tree.setdefault(table.name, [] if table.repeated else {})
            if number is not None and isinstance(target, list):
                if number > len(target):
                    self.problems.append(
                        f"environment: {setting.variable}: is number {number} of {len(target)}; "
                        f"number the {table.header} without a hole, from 0"
                    )
                    continue
                if number == len(target):
                    target.append({})
                    self.added.add(Place(table.name, number))
                target = target[number]
            if isinstance(target, dict):
                target[setting.key.name] = setting.value

    def note(self, place: Place, sentence: str) -> None:
        """Keep what is wrong with the value at `place`."""
        variable = self.variables.get(place)
        if place._replace(key="") in self.added:
            variable = f"{PREFIX}{place.table}_{place.number}_{place.key}".upper()
        where = f"environment: {variable}" if variable else f"{self.file}: {place}"
        self.problems.append(f"{where}: {sentence}")

    def note_unknown(
        self, given: Iterable[str], known: list[str], place: Place | None = None
    ) -> None:
        """Keep which of the names in `given` nobody knows."""
        for name in sorted(set(given) - set(known)):
            near = difflib.get_close_matches(name, known, n=1)
            advice = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
            where = place._replace(key=printable(name)) if place else Place(printable(name))
            self.note(where, f"is not known here; {advice}")

    def check(self, table: Table, value: object) -> list[msgspec.Struct | None]:
        """Note what is wrong with one table, or with all of its repetitions.

        Returns what they say, with None for each that has problems of its own.
        """
        if not table.repeated:
            made = [self.struct(table, value, Place(table.name))]
        elif isinstance(value, list):
            made = [self.struct(table, each, Place(table.name, n)) for n, each in enumerate(value)]
        else:
            self.note(
                Place(table.name), f"is {shown(value)}; write {table.header}, in two brackets"
            )
            return []
        for conflict in conflicts(table, made):
            number = conflict.number if table.repeated else None
            self.note(Place(table.name, number, conflict.key), conflict.sentence)
        return made

    def struct(self, table: Table, value: object, place: Place) -> msgspec.Struct | None:
        """Return the struct that `value` describes, or None after noting why there is none."""
        if not isinstance(value, dict):
            self.note(place, f"is {shown(value)}; write {table.header} and its keys below")
            return None
        before = len(self.problems)
        self.note_unknown(value, [key.name for key in table.keys], place)
        for key in table.keys:
            here = place._replace(key=key.name)
            if key.name in value:
                self.value(key, value[key.name], here)
            elif key.required:
                self.note(here, f"is missing; write for example {key.name} = {shown(key.example)}")
        return msgspec.convert(value, table.struct) if len(self.problems) == before else None

    def value(self, key: Key, value: object, place: Place) -> None:
        """Note what is wrong with one value."""
        try:
            msgspec.convert(value, key.annotation)
            if key.check and isinstance(value, str | float | int):
                key.check(str(value))
            elif key.check and isinstance(value, list):
                for each in value:
                    key.check(str(each))
        except msgspec.ValidationError:
            self.note(place, f"{shown(value)} is not {expected(key.plain)}")
        except ValueError as error:
            self.note(place, str(error))
