"""Takes down all that is wrong with a file while it is read."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import yaml

from blinkenlights.yaml_files.converting import convert
from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.lines import line_of, line_with
from blinkenlights.yaml_files.mistakes import Mistake

T = TypeVar("T")
Path = Sequence[str | int]
"""Keys and places that lead to something, from the whole document on."""


class Notes:
    """What is wrong with one file, so far.

    Args:
        node: The YAML node of the whole document.
    """

    def __init__(self, node: yaml.Node) -> None:
        self.mistakes: list[Mistake] = []
        self._node = node
        # A file may have thousands of keys, and each is asked for.
        self._parts: Mapping[str | int, yaml.Node] = (
            {
                key.value: yaml.MappingNode(node.tag, [(key, value)], key.start_mark)
                for key, value in reversed(node.value)
            }
            if isinstance(node, yaml.MappingNode)
            else {}
        )

    def line(self, path: Path) -> int:
        """Return the line of what a path leads to, or of the last part of it that is there."""
        part = self._parts.get(path[0]) if path else None
        return line_of(part or self._node, path)

    def note(self, path: Path, sentence: str) -> None:
        """Note what is wrong at a path."""
        self.mistakes.append(Mistake(self.line(path), sentence))

    def note_secret(self, paths: Sequence[Path], sentence: str, place: str) -> None:
        """Note what is wrong with a place for a secret, in the line where it stands.

        Args:
            paths: Where it may stand, likeliest first.
            sentence: What is wrong.
            place: What the file has: `${TOKEN}`.
        """
        lines = (line_with(self._node, path, place) for path in paths)
        line = next(filter(None, lines), self.line(paths[0]))
        self.mistakes.append(Mistake(line, sentence))

    def converted(self, data: Plain, struct: type[T], path: Path, name: str = "") -> T | None:
        """Return a struct made of data; None when it does not fit, which is noted.

        Args:
            data: What the file has there.
            struct: What it shall be.
            path: Where it is.
            name: What it is called in what is noted; without one, the first step of the path.
        """
        found = convert(data, struct, self._node, path)
        if isinstance(found, Mistake):
            sentence = f"{name or path[0]}: {found.sentence}"
            self.mistakes.append(found._replace(sentence=sentence))
            return None
        return found
