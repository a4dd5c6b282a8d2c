"""What libraries import at their top and a check hardly ever uses: loaded when it does.

Most of what `import nagiosplugin` loads is for its Check and Runtime, which checks do not use:
logging, tempfile, threads. importlib.util.LazyLoader is no help: up to Python 3.12, the second
import of a module loads it.
"""

import sys
from importlib import import_module
from types import ModuleType

HARDLY_USED = ("selectors", "tempfile", "traceback")
PARTLY_USED = ("nagiosplugin",)
"""Packages of which a check uses modules, each with little behind it."""


class _LoadedOnUse(ModuleType):
    """Stands in for a module of the standard library until something in it is asked for."""

    def __getattr__(self, name: str) -> object:
        """Put the module itself in place, and return what it has under this name."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


class _CompletedOnUse(ModuleType):
    """A package whose modules can be imported before its own code has run.

    That code runs, once, when something is asked for that is not here.
    """

    def __getattr__(self, name: str) -> object:
        """Become the whole package, and return what it has under this name."""
        if self.__spec__ and self.__spec__.loader:
            # The code of a package asks for attributes of the package, too.
            self.__class__ = ModuleType  # type: ignore[assignment]
            try:
                self.__spec__.loader.exec_module(self)
            except BaseException:
                self.__class__ = _CompletedOnUse
                raise
        return getattr(self, name)


def postpone() -> None:
    """Let what is hardly used be loaded on its first use instead of its import."""
    for name in HARDLY_USED:
        if name not in sys.modules:
            sys.modules[name] = _LoadedOnUse(name)
    if "gettext" not in sys.modules:
        sys.modules["gettext"] = _untranslated()
    for name in PARTLY_USED:
        if name not in sys.modules:
            _open(name)


def _open(name: str) -> None:
    found = (finder.find_spec(name, None) for finder in sys.meta_path)
    spec = next(filter(None, found), None)
    if spec and spec.submodule_search_locations:
        package = _CompletedOnUse(name)
        package.__spec__ = spec
        package.__loader__ = spec.loader
        package.__package__ = name
        package.__file__ = spec.origin
        package.__path__ = spec.submodule_search_locations
        sys.modules[name] = package


def _untranslated() -> ModuleType:
    """Return a gettext for argparse: the messages as they are, for checks speak English.

    The real one loads locale and looks for translations in a dozen folders.
    """
    module = _LoadedOnUse("gettext")
    vars(module).update(
        gettext=lambda message: message,
        ngettext=lambda one, many, number: one if number == 1 else many,
    )
    return module
