"""A kind: its signals, its subjects, its checks, and the rights that its keys in the store need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from blinkenlights.config_keys.table import Table
from blinkenlights.kinds.command_lines import CommandLine
from blinkenlights.kinds.duty import Duty
from blinkenlights.kinds.learnable import Excluded, Learnable
from blinkenlights.kinds.measured import Foreseeing
from blinkenlights.kinds.own_route import OwnRoute
from blinkenlights.kinds.rows import Curve
from blinkenlights.kinds.signal import Names, Settings, Signal
from blinkenlights.kinds.subject import Subject
from blinkenlights.kinds.view import History
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.store.reader import StoreReader


class Check(NamedTuple):
    """One check and how often a core runs it. Times are seconds."""

    name: str
    """The program is `check_<name>`, the command and the service `blinkenlights-<name>`."""
    title: str
    """How the service is shown."""
    interval: int = 60
    retry: int = 30
    attempts: int = 3
    is_parent: bool = False
    """Whether all others depend on it: of one check this is true. It has to run more often than
    they, so that its state is known, and hard, before theirs."""

    @property
    def program(self) -> str:
        """Name of the plugin."""
        return f"check_{self.name}"

    @property
    def object_name(self) -> str:
        """Name of its command, template and service."""
        return f"blinkenlights-{self.name}"


class Rights(NamedTuple):
    """Commands that a kind's part of the store needs beside those that all need: `zadd zrem`.

    None where its keys are nobody's business.
    """

    collector: str | None = ""
    """For collecting and declaring."""
    checks: str | None = ""
    """For checks, the page and the API."""
    speedo: str | None = None
    """For publishing speedos."""
    alert: str | None = None
    """For evaluating rules and telling of alerts."""
    respond: str | None = None
    """For what people do about alerts by the page and the API."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What one folder below `kinds/` holds."""

    name: str
    keys: str
    """What its keys in the store begin with."""
    signals: tuple[Signal, ...] = ()
    subjects: tuple[Subject, ...] = ()
    checks: tuple[Check, ...] = ()
    routes: tuple[OwnRoute, ...] = ()
    tables: tuple[Table, ...] = ()
    """Those of the configuration that are none of its signals'."""
    learnables: tuple[Learnable, ...] = ()
    """Its series of which it can be learned what is usual."""
    learning: Callable[[Settings, Sequence[Learnable]], Sequence[Duty]] | None = None
    """Given all series of which it can be learned, what is to be done from time to time for that.
    None where the kind learns nothing."""
    banded: Callable[[ViewContext, str, str, History], Sequence[Curve]] | None = None
    """Returns the curves of a thing, of a subject and with a name, with what is expected of them.
    None where the kind expects nothing."""
    asking: Callable[[str, str], Sequence[CommandLine]] | None = None
    """Returns the command lines that ask what is expected of a thing, by its subject and its name.
    None where the kind expects nothing."""
    foreseeing: Foreseeing | None = None
    """What it expects, as numbers for rules; None where it expects nothing."""
    excluding: Callable[[StoreReader, Sequence[Excluded]], None] | None = None
    """Takes all times in which series neither teach nor alarm, in place of those before. Raises a
    StoreError. None where the kind learns nothing."""
    group: str = ""
    """Its checks are taken on purpose, from definition files of this name; empty when every site
    has them."""
    rights: Rights = field(default_factory=Rights)

    @property
    def names(self) -> tuple[Names, ...]:
        """The sorts of names that its signals give, each once."""
        found = (each for signal in self.signals for some in signal.names.values() for each in some)
        return tuple(dict.fromkeys(found))
