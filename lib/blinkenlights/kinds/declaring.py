"""What the commands `expect` and `forget` do with the things of one subject."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from blinkenlights.errors import UsageError
from blinkenlights.invisible import distinct
from blinkenlights.kinds.fields import NAME_BYTES
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.store.client import StoreClient


class Done(NamedTuple):
    """What was done, in words and for programs."""

    lines: Sequence[str]
    facts: Mapping[str, Any]
    """Under its keys JSON has this; lists of several subjects follow each other."""


class Listed(NamedTuple):
    """Something that is declared, as a row of the table."""

    name: str
    state: str
    """`expected` or `retired`."""
    minimum: str
    """How many instances of it have to be alive; empty where that is no question."""
    since: float
    """Since when, seconds since the epoch."""
    heard: bool | None
    """None where that is no question."""


class Declarations(NamedTuple):
    """Everything that is declared of one subject."""

    rows: Sequence[Listed]
    facts: Mapping[str, Sequence[Mapping[str, Any]]]
    """For JSON, as in `Done`."""


class Declaring(ABC):
    """How things of one subject are declared and forgotten.

    All that asks the store raises a `StoreError`.
    """

    option: str = ""
    """Such as `--machine`; empty for the one subject whose names need no option."""
    together: str
    """Who is declared with one command, in the plural: `clients or sources`. Subjects with the same
    words are declared together."""
    expect_help: str = ""
    """Of the option of `expect`; empty where nothing is expected."""
    forget_help: str
    """Of the option of `forget`."""
    expected: str = ""
    """Who is expected, in the description of `expect`: `machines`. Empty where another subject says
    it as well."""
    forgotten: str = ""
    """What is forgotten, in the description of `forget`: `a collector`. Empty likewise."""
    most: int = 0
    """Largest --min; 0 where a least number is no question."""
    without_minimum: str = ""
    """Why --min is refused; empty where it is taken."""
    without_retirement: str = ""
    """Why --retired is refused; empty where it is taken."""
    narrowed_by: frozenset[str] = frozenset()
    """What of `Forgetting` tells which things are meant; names are then taken as globs, too."""
    is_rehearsed: bool = True
    """Whether --dry-run is taken."""

    @abstractmethod
    def valid(self, names: Sequence[str]) -> list[str]:
        """Return names without repetitions; raises UsageError for what nothing can be called."""

    def valid_to_forget(self, names: Sequence[str]) -> list[str]:
        """Return names and globs without repetitions; raises UsageError likewise."""
        return self.valid(names)

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare things that have to be heard, with their least number."""
        raise NotImplementedError

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take things out of service: keep what is known of them and alarm nobody."""
        raise NotImplementedError

    async def declared(self, store: StoreClient) -> Declarations:
        """Return what is declared or retired."""
        del store
        return Declarations([], {})

    @abstractmethod
    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known; returns each thing, as people read it -> whether it was known.

        Args:
            store: Where.
            names: Of what; empty only where `how` narrows what is meant.
            how: What of it; nothing that `narrowed_by` does not have.
        """


def printable_names(names: Sequence[str], subject: str) -> list[str]:
    """Return `names` without repetitions; raises UsageError for those with which nothing is called.

    They are what `fields.printable_name` makes of them.

    Args:
        names: As they were given.
        subject: What they name, in the singular.
    """
    names = [distinct(name) for name in names]
    for name in names:
        if not name or not name.isprintable() or len(name.encode()) > NAME_BYTES:
            raise UsageError(
                f"{name!r} cannot be a {subject}: a name has 1 to {NAME_BYTES} bytes, all printable"
            )
    return list(dict.fromkeys(names))


def said_of(done: str, known: Mapping[str, bool], what: str = "") -> Done:
    """Return what was done to some things, and to which of them that nothing was known of.

    Args:
        done: `retired` or `expected`.
        known: Name -> whether anything was known of it.
        what: What stands before each name: `machine `.
    """
    return Done(
        [
            f"{done}: {what}{name}" + ("" if is_known else ", though nothing was known of it")
            for name, is_known in known.items()
        ],
        {done: list(known), "unknown": [name for name, is_known in known.items() if not is_known]},
    )
