"""The tables of the configuration that say what is demanded of machines and of their pools."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys import words
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.table import Table
from blinkenlights.config_keys.words import seconds_of
from blinkenlights.kinds.machine.inventory_file import MachineConfig, inventory_problems
from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT


def _check_pool(text: str) -> None:
    """Accept a glob for names of worker pools."""
    if not text:
        raise ValueError("is empty; write * for all pools")


class PoolConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is demanded of some worker pools; of several that match one the first holds."""

    name: Annotated[
        str,
        key(
            "Which pools: a name or a glob.",
            "releng-hardware/gecko-t-osx-*",
            _check_pool,
        ),
    ]
    warning: Annotated[
        str | float,
        key(
            "A machine is late when it was not seen for so long: seconds, or a text such as `4h`; "
            "empty for never.",
            "4h",
            words.check_duration,
        ),
    ] = ""
    critical: Annotated[
        str | float,
        key("It is silent when it was not seen for so long.", "1d", words.check_duration),
    ] = ""
    minimum: Annotated[
        int, key("How many machines have to be alive; 0 for no matter.", 20, ge=0, le=1_000_000)
    ] = 0
    failing: Annotated[
        int,
        key(
            "So many tasks in a row that failed on one machine are too many; 0 for no matter.",
            5,
            ge=0,
            le=OUTCOMES_KEPT,
        ),
    ] = 0

    def warning_seconds(self) -> float | None:
        """Return the age at which a machine is late; None for never."""
        return seconds_of(self.warning)

    def critical_seconds(self) -> float | None:
        """Return the age at which a machine is silent; None for never."""
        return seconds_of(self.critical)


def _undemanding(pool: PoolConfig) -> Iterator[tuple[str, str]]:
    warning, critical = pool.warning_seconds(), pool.critical_seconds()
    if warning is None and critical is None and not pool.minimum and not pool.failing:
        yield "warning", "demands nothing; write warning, critical, minimum or failing"
    if warning is not None and critical is not None and warning > critical:
        yield "warning", "is longer than critical; exchange the two"


TABLES = (
    Table("machine", MachineConfig, file_problems=inventory_problems),
    Table("pool", PoolConfig, is_repeated=True, conflicts=_undemanding),
)
