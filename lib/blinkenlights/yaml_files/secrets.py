"""Secrets in YAML files: `${NAME}` of the environment, `${file:/path}` of a file.

What is put in is remembered, so that it is never shown.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from blinkenlights.masking import MASK
from blinkenlights.yaml_files.permitted import Permitted
from blinkenlights.yaml_files.secret_forms import forms_of

MOST_BYTES = 65_536
_PLACE = re.compile(r"\$\$|\$\{([^}]*)(?:\}|$)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class NoSecret(Exception):  # noqa: N818 - it says what is not there
    """A secret is not there; says which, and never holds one. `place` is what the file has."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.place = place


class NotPermitted(NoSecret):
    """A secret may not be used for whoever wants it; says where that is permitted."""


class Secrets:
    """Puts secrets into texts.

    Args:
        environment: Variables by their names.
        permitted: Which may be used; None for all, as in files of this machine.
    """

    def __init__(self, environment: Mapping[str, str], permitted: Permitted | None = None) -> None:
        self._environment = environment
        self._permitted = permitted
        self.known: set[str] = set()
        """All that were put in anywhere."""

    def filled(self, text: str) -> str:
        """Return a text with its secrets; `$$` stands for a dollar sign. Raises NoSecret."""
        return _PLACE.sub(lambda found: self._value(found) if found[1] is not None else "$", text)

    def shown(self, text: str) -> str:
        """Return a text with each of its places for secrets hidden."""
        return _PLACE.sub(lambda found: MASK if found[1] is not None else "$", text)

    def hide(self, secret: str) -> str:
        """Note that a text is a secret, also as a URL may hold it, and return it."""
        self.known |= forms_of(secret)
        return secret

    def check_file(self, path: str, place: str = "") -> None:
        """Raise NotPermitted when a file may not be read."""
        if self._permitted is not None and not self._permitted.file(path):
            raise NotPermitted(_not_permitted(f"the file {path}", path), place)

    def _value(self, found: re.Match[str]) -> str:
        name, place = found[1], found[0]
        if not place.endswith("}"):
            raise NoSecret("${ is not closed; write ${NAME}, or $${ for the two signs", "${")
        if name.startswith("file:"):
            path = name.removeprefix("file:")
            self.check_file(path, place)
            return self.hide(_first_line(path, place))
        if not _NAME.fullmatch(name):
            sentence = "${...} wants the name of a variable, or file: and a path; write $$ for $"
            raise NoSecret(sentence, place)
        if self._permitted is not None and not self._permitted.variable(name):
            raise NotPermitted(_not_permitted(f"the variable {name}", name), place)
        value = self._environment.get(name)
        if value is None:
            sentence = f"the variable {name} is not set; set it where this program is started"
            raise NoSecret(sentence, place)
        return self.hide(value)


def _not_permitted(what: str, name: str) -> str:
    return f"jobs may not use {what[:200]}; add {name[:200]!a} to secrets in [workers] there"


def _first_line(path: str, place: str) -> str:
    if not path.startswith("/"):
        raise NoSecret(f"{path!r} is no whole path; begin it with a slash", place)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise NoSecret(f"{Path(path)} is no file, but a pipe or a device", place)
            line = os.read(handle, MOST_BYTES).partition(b"\n")[0]
        finally:
            os.close(handle)
    except OSError as error:
        raise NoSecret(f"{Path(path)} cannot be read: {error.strerror}", place) from None
    except ValueError:
        raise NoSecret(f"{path!a} cannot be the name of a file", place) from None
    secret = line.decode(errors="replace").strip()
    if not secret:
        sentence = f"{Path(path)} has nothing on its first line, where the secret has to be"
        raise NoSecret(sentence, place)
    return secret
