"""Modules that libraries import at their top and a check hardly ever uses: loaded when it does.

nagiosplugin imports tempfile for its cookies, it and logging traceback for what goes wrong, socket
selectors for sendfile: an eighth of the time a check takes. importlib.util.LazyLoader is no help:
up to Python 3.12, the second import of a module loads it.
"""

import sys
from importlib import import_module
from types import ModuleType

HARDLY_USED = ("selectors", "tempfile", "traceback")


class _LoadedOnUse(ModuleType):
    """Stands in for a module of the standard library until something in it is asked for."""

    def __getattr__(self, name: str) -> object:
        """Put the module itself in place, and return what it has under this name."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def postpone() -> None:
    """Let the modules that are hardly used be loaded on their first use instead of their import."""
    for name in HARDLY_USED:
        if name not in sys.modules:
            sys.modules[name] = _LoadedOnUse(name)
