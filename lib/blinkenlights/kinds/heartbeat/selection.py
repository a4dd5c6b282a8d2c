"""Which components are asked about."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.globs import matcher


class Selection(NamedTuple):
    """Which components are asked about, and what about them beside their silence."""

    names: Sequence[str] = ()
    """Names or globs, with their system in front; empty for all."""
    exclude: Sequence[str] = ()
    uuids: Sequence[str] = ()
    minimum: int = 0
    """Least number of living instances; 0 for what was declared."""
    value: str = ""
    """Key of a number in the heartbeats; empty for none."""
    by_name: bool = False
    """Name those that are alive as well."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing has to be looked at one by one."""
        return not any(self)

    def includes(self, component: str) -> bool:
        """Whether what is known of a component beside its heartbeats was asked for, too."""
        if self.uuids:
            return False
        if self.exclude and matcher(self.exclude)(component):
            return False
        return not self.names or matcher(self.names)(component)
