"""Which store a check or a command asks: each setting from the first place that has it."""

import os
from argparse import Namespace

from blinkenlights.errors import ConfigError
from blinkenlights.locations import config_path
from blinkenlights.store.address import StoreAddress
from blinkenlights.store.settings import StoreSettings

KEYS = frozenset(StoreSettings._fields)


def store_address(options: Namespace) -> tuple[StoreAddress, str]:
    """Return the store's address with its password, and the CA file for TLS (may be empty).

    Raises ConfigError.
    """
    settings = store_settings(options)
    return settings.address(), settings.ca_file


def store_settings(options: Namespace) -> StoreSettings:
    """Return the settings of the store: an option wins over the environment, that over the file.

    With --redis the file is not read: its user and password are those of another store. Raises
    ConfigError.
    """
    environment = {
        key: value
        for key in KEYS
        if (value := os.environ.get(f"BLINKENLIGHTS_STORE_{key.upper()}"))
    }
    given = {"url": options.redis, "password_file": options.password_file}
    nearest = environment | {key: value for key, value in given.items() if value}
    return StoreSettings(**{**_from_file(options, nearest), **nearest})


def _from_file(options: Namespace, nearest: dict[str, str]) -> dict[str, str]:
    """Return the [store] table of the configuration file.

    Only read when something is not said nearer: parsing TOML costs as much as all the rest of a
    check.
    """
    if options.redis or nearest.keys() == KEYS:
        return {}
    path, named = config_path(options.config)
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is dear at start
            import tomllib  # noqa: PLC0415

            try:
                text = file.read().decode().removeprefix("\ufeff")
                store = tomllib.loads(text).get("store", {})
            except ValueError as error:
                raise ConfigError(f"{path}: {error}") from error
    except OSError as error:
        # The daemons' own file may be closed to whoever is told by the environment where to ask.
        if not named and ("url" in nearest or isinstance(error, FileNotFoundError)):
            return {}
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    unknown = sorted(set(store) - KEYS) if isinstance(store, dict) else []
    if unknown:
        raise ConfigError(
            f"{path}: store.{unknown[0]} is not a key; there are {', '.join(sorted(KEYS))}"
        )
    if not isinstance(store, dict) or not all(isinstance(v, str) for v in store.values()):
        raise ConfigError(f"{path}: [store] must hold texts; try: blinkenlights config check")
    return store
