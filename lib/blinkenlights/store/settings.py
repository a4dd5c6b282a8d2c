"""What the settings of the store mean, for all programs alike: where it is, and who we are there.

Standard library only, and little of it: checks import this.
"""

import os
from typing import NamedTuple

from blinkenlights.errors import ConfigError
from blinkenlights.locations import embedded_sockets
from blinkenlights.store.address import StoreAddress, parse_address, unix_url

DEFAULT_URL = "redis://127.0.0.1:6379/0"
PASSWORD = "BLINKENLIGHTS_STORE_PASSWORD"  # noqa: S105 - the name of a variable
URL_OF_OTHERS = "REDIS_URL"
"""Platforms such as Heroku, and the listener of releng-hardware, have the store's URL here."""


class StoreSettings(NamedTuple):
    """The settings of the store, from wherever each of them came; any may be empty."""

    url: str = ""
    username: str = ""
    password_file: str = ""
    ca_file: str = ""

    def where(self) -> StoreAddress:
        """Return the address, with what the URL alone says of user and password.

        Without a URL it is the socket of an embedded store when there is one, else what REDIS_URL
        says, else the usual port. Raises ConfigError.
        """
        if url := self.url or _embedded():
            return parse_address(url)
        try:
            return parse_address(os.environ.get(URL_OF_OTHERS) or DEFAULT_URL)
        except ConfigError as error:
            raise ConfigError(f"{URL_OF_OTHERS} in the environment: {error}") from None

    def address(self) -> StoreAddress:
        """Return the address with user and password, the password read anew; raises ConfigError.

        A user or password beside the URL wins over one inside it.
        """
        address = self.where()
        return address._replace(
            username=self.username or address.username,
            password=self.password() or address.password,
        )

    def password(self) -> str:
        """Return the password that is given beside the URL, or nothing; raises ConfigError.

        It is the first line of the password file; without one, what the environment holds.
        """
        path = self.password_file
        if not path:
            return os.environ.get(PASSWORD, "")
        try:
            with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is dear at start
                # Editors on Windows begin a file with a mark of the order of its bytes.
                password = file.readline().rstrip("\r\n").removeprefix("\ufeff")
        except OSError as error:
            raise ConfigError(
                f"the password file {path} cannot be read: {error.strerror}; "
                "make it readable for the user who runs this"
            ) from error
        except UnicodeDecodeError:
            raise ConfigError(f"the password file {path} is not text in UTF-8") from None
        if not password:
            raise ConfigError(f"the first line of the password file {path} is empty")
        return password


def _embedded() -> str:
    # Who says where the state is means that store, also when it is not there.
    is_named = os.environ.get("BLINKENLIGHTS_STATE")
    there = [path for path in embedded_sockets() if is_named or os.path.exists(path)]  # noqa: PTH110
    return unix_url(there[0]) if there else ""
