"""Which store a check asks, and with what password: from the first place that says so."""

import os
from argparse import Namespace

from blinkenlights.errors import ConfigError
from blinkenlights.locations import config_path, embedded_sockets
from blinkenlights.store.address import StoreAddress, parse_address

KEYS = frozenset(("url", "username", "password_file", "ca_file"))
DEFAULT_URL = "redis://127.0.0.1:6379/0"


def store_address(options: Namespace) -> tuple[StoreAddress, str]:
    """Return the store's address with its password, and the CA file for TLS (may be empty).

    The URL comes from --redis, BLINKENLIGHTS_STORE_URL, the configuration file, the socket of an
    embedded store when there is one, and last the usual port. A user or password given beside the
    URL wins over one inside it. Raises ConfigError.
    """
    settings = _from_file(options)
    environment = os.environ.get
    url = options.redis or environment("BLINKENLIGHTS_STORE_URL") or settings.get("url") or ""
    if not url:
        # Who says where the state is means that store, also when it is not there.
        there = [
            path
            for path in embedded_sockets()
            if os.path.exists(path) or environment("BLINKENLIGHTS_STATE")  # noqa: PTH110
        ]
        url = f"unix://{there[0]}" if there else ""
    address = parse_address(url or DEFAULT_URL)
    username = environment("BLINKENLIGHTS_STORE_USERNAME") or settings.get("username")
    password = _password(options, settings)
    if username:
        address = address._replace(username=username)
    if password:
        address = address._replace(password=password)
    ca_file = environment("BLINKENLIGHTS_STORE_CA_FILE") or settings.get("ca_file") or ""
    return address, ca_file


def _password(options: Namespace, settings: dict[str, str]) -> str:
    path = (
        options.password_file
        or os.environ.get("BLINKENLIGHTS_STORE_PASSWORD_FILE")
        or settings.get("password_file")
    )
    if not path:
        return os.environ.get("BLINKENLIGHTS_STORE_PASSWORD", "")
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is dear at start
            password = file.readline().rstrip("\r\n")
    except OSError as error:
        raise ConfigError(f"the password file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"the password file {path} is not text in UTF-8") from None
    if not password:
        raise ConfigError(f"the first line of the password file {path} is empty")
    return password


def _from_file(options: Namespace) -> dict[str, str]:
    """Return the [store] table of the configuration file.

    Only read when nothing nearer says where the store is: parsing TOML costs as much as all the
    rest of a check.
    """
    if options.redis or os.environ.get("BLINKENLIGHTS_STORE_URL"):
        return {}
    path, named = config_path(options.config)
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            import tomllib  # noqa: PLC0415

            try:
                store = tomllib.load(file).get("store", {})
            except ValueError as error:
                raise ConfigError(f"{path}: {error}") from error
    except OSError as error:
        if not named and isinstance(error, FileNotFoundError):
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
