"""The tables that say how signals are collected, and into which store."""

import re
import socket
from typing import Annotated

from msgspec import Struct, field

from blinkenlights.config_keys import addresses
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import shown
from blinkenlights.store.settings import DEFAULT_URL, URL_OF_OTHERS, StoreSettings


def _check_collector(text: str) -> None:
    """Accept a name that every terminal and every check output can show."""
    if not re.fullmatch(r"[A-Za-z0-9_.:@+-]{1,100}", text):
        raise ValueError(
            f"{shown(text)} is not a name; use up to 100 letters, digits and any of _ . : @ + -"
        )


class StoreConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The Redis or Valkey server that holds everything."""

    url: Annotated[
        str,
        key(
            "Where the store is: `redis://`, `rediss://` (TLS) or `unix://`. Empty: the store of "
            "`blinkenlights up` if there is one on this machine, else that of the variable "
            f"`{URL_OF_OTHERS}`, else `{DEFAULT_URL}`.",
            "rediss://store.example.net:6380/0",
            addresses.check_store_if_any,
        ),
    ] = ""
    username: Annotated[
        str, key("The user to log in as; empty for the server's default user.", "collector")
    ] = ""
    password_file: Annotated[
        str,
        key(
            "A file whose first line is the password; without it, `BLINKENLIGHTS_STORE_PASSWORD`.",
            "/etc/blinkenlights/store.password",
        ),
    ] = ""
    maxmemory: Annotated[
        int,
        key(
            "Bytes that the store of `blinkenlights up` may use before it refuses what is new; 0 "
            "for a quarter of the machine's memory. A server of your own has a `maxmemory` itself.",
            2_147_483_648,
            ge=0,
            le=1_125_899_906_842_624,
        ),
    ] = 0
    ca_file: Annotated[
        str,
        key(
            "Certificates that vouch for the store with `rediss://`; empty for the system's.",
            "/etc/ssl/certs/our-ca.pem",
        ),
    ] = ""

    def settings(self) -> StoreSettings:
        """Return what these keys mean, as the checks have it."""
        return StoreSettings(self.url, self.username, self.password_file, self.ca_file)


class CollectorConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this collector works; the defaults suit 10 and 10,000 messages a second."""

    name: Annotated[
        str,
        key(
            "Its name in the store: unique among collectors, and the same after a restart.",
            "collector-1",
            _check_collector,
        ),
    ] = field(default_factory=socket.gethostname)
    batch_size: Annotated[
        int,
        key(
            "Messages that are enough for a round trip to the store. Of a backlog more of them "
            "travel together while the store is busy, up to `prefetch`.",
            1000,
            ge=1,
            le=10_000,
        ),
    ] = 500
    batch_seconds: Annotated[
        float,
        key("How long a message waits for others to share its round trip.", 0.2, ge=0.001, le=10),
    ] = 0.05
    prefetch: Annotated[
        int,
        key(
            "Messages a broker may send ahead of their storing; of a socket five times as many are "
            "read ahead.",
            5000,
            ge=1,
            le=65_535,
        ),
    ] = 4000
    max_names: Annotated[
        int,
        key(
            "Names of one kind that one source of signals or one token may bring; further new ones "
            "are rejected, and those that are known go on.",
            250_000,
            ge=1,
            le=100_000_000,
        ),
    ] = 100_000
    max_names_in_all: Annotated[
        int,
        key(
            "Names in the store, of all kinds together, from which on every new one is rejected.",
            4_000_000,
            ge=1,
            le=100_000_000,
        ),
    ] = 1_000_000
    max_numbers: Annotated[
        int,
        key(
            "Series that may be made of what messages of another kind hold beside, such as further "
            "keys of heartbeats that are numbers: so many for each kind; 0 for none. Further ones "
            "are left out and counted, and the messages are stored all the same.",
            20_000,
            ge=0,
            le=100_000_000,
        ),
    ] = 10_000
    shutdown_seconds: Annotated[
        float,
        key("How long a stop may take to store what is in hand.", 30, ge=0, le=600),
    ] = 10
