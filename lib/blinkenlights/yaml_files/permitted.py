"""Which secrets of a place may be put into what comes from elsewhere."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from posixpath import normpath


class Permitted:
    """Variables and files by globs; whoever names none permits none.

    Args:
        globs: `SHOP_*` of variables, `/etc/blinkenlights/secrets/*` of files. A `*` in a path
            stands for part of one name, never for a slash.
    """

    def __init__(self, globs: Sequence[str]) -> None:
        self._variables = [each for each in globs if not each.startswith("/")]
        self._files = [each.split("/") for each in globs if each.startswith("/")]

    def variable(self, name: str) -> bool:
        """Return whether a variable may be used."""
        return any(fnmatchcase(name, each) for each in self._variables)

    def file(self, path: str) -> bool:
        """Return whether a file may be read; none whose path goes up again."""
        parts = path.split("/")
        return path == normpath(path) and any(
            len(parts) == len(glob) and all(map(fnmatchcase, parts, glob)) for glob in self._files
        )
