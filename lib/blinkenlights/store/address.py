"""Store URLs: what they mean, and how they are shown without their password.

Standard library only, and little of it: checks import this.
"""

from typing import NamedTuple

from blinkenlights.errors import ConfigError

_FORMS = "redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/store.sock"


class StoreAddress(NamedTuple):
    """Where a store listens and who we are there."""

    path: str
    """Unix socket, or empty."""
    host: str
    port: int
    database: int
    tls: bool
    username: str
    password: str

    def __str__(self) -> str:
        """Return the address for people: without user and password."""
        if self.path:
            return unix_url(self.path) + (f"?db={self.database}" if self.database else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rediss' if self.tls else 'redis'}://{host}:{self.port}/{self.database}"


def parse_address(url: str) -> StoreAddress:
    """Return what a store URL means; raises ConfigError, without repeating a password."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("redis", "rediss", "unix"):
        raise ConfigError(f"the store URL must look like {_FORMS}")
    rest, _, query = rest.partition("?")
    userinfo, at, location = _apart(scheme, rest)
    username, _, password = userinfo.partition(":") if at else ("", "", "")
    if "%" in userinfo:
        from urllib.parse import unquote  # noqa: PLC0415 - rarely needed, dear to import

        username, password = unquote(username), unquote(password)
    database = "0"
    for option in filter(None, query.split("&")):
        key, _, value = option.partition("=")
        if key != "db":
            # Not quoted: behind a "?" in a password, the rest of it would stand here.
            raise ConfigError(
                "the store URL takes no option but ?db=NUMBER; in a password write ? as %3F"
            )
        database = value
    host, port = "", "6379"
    if scheme == "unix":
        if not location.startswith("/"):
            raise ConfigError("the store URL needs an absolute path: unix:///path/to/store.sock")
        if "%" in location:
            from urllib.parse import unquote  # noqa: PLC0415 - as above

            location = unquote(location)
    else:
        location, _, path = location.partition("/")
        database = path or database
        host, port = _host_and_port(location)
    return StoreAddress(
        path=location if scheme == "unix" else "",
        host=host,
        port=_number(port, "port", 65535),
        database=_number(database, "database", 2**31),
        tls=scheme == "rediss",
        username=username,
        password=password,
    )


def unix_url(path: str) -> str:
    """Return the URL of a socket: in a URL a percent sign and a question mark mean something."""
    return "unix://" + path.replace("%", "%25").replace("?", "%3F")


def _apart(scheme: str, rest: str) -> tuple[str, str, str]:
    """Return what stands before an @ that ends user and password, that @, and what is behind it.

    The path of a socket begins with a slash, and may have an @ as well.
    """
    if scheme != "unix":
        return rest.rpartition("@")
    userinfo, at, path = ("", "", rest) if rest.startswith("/") else rest.partition("@/")
    return (userinfo, at[:1], f"/{path}") if at else ("", "", rest)


def _host_and_port(location: str) -> tuple[str, str]:
    if location.startswith("["):
        host, _, rest = location[1:].partition("]")
        return host, rest.removeprefix(":") or "6379"
    host, _, port = location.partition(":")
    return host or "127.0.0.1", port or "6379"


def _number(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ConfigError(f"the store URL has a {name} that is not a number up to {most}")
    return int(text)
