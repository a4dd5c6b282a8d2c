"""The table of the configuration that is about lamps."""

from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.table import Table


class LampConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is demanded of some lamps; the first that matches one holds for it."""

    name: Annotated[str, key("Which lamps: a name or a glob.", "hall*")]
    silent: Annotated[
        int, key("A lamp is silent when it told nothing for so many seconds.", 60, ge=1, le=86400)
    ] = 120


TABLES = (Table("lamp", LampConfig, is_repeated=True),)
