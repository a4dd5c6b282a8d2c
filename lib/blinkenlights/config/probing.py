"""The table of the prober."""

from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys.key import key


class ProbeConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The prober of endpoints, by `blinkenlights probe`, or by `up` when `endpoints` is set."""

    endpoints: Annotated[
        str,
        key(
            "The folder of endpoint files, `*.yml`; empty: `up` probes nothing.",
            "/etc/blinkenlights/endpoints",
        ),
    ] = ""
    name: Annotated[
        str,
        key(
            "Its name, unique among probers; empty for `probe-` and the name of the machine.",
            "probe-berlin",
        ),
    ] = ""
    at_once: Annotated[
        int,
        key(
            "Probes at a time; what is due and finds no room waits, and is late.",
            500,
            ge=1,
            le=20_000,
        ),
    ] = 1_000
    at_once_for_host: Annotated[int, key("Probes of one host at a time.", 4, ge=1, le=20_000)] = 16
