"""What the addresses in a configuration mean, and what is wrong with those that mean nothing.

The sentences never repeat an address, because it may hold a password.
"""

import re
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from blinkenlights.errors import ConfigError
from blinkenlights.locations import SOCKET_PATH_BYTES
from blinkenlights.store.address import parse_address

_WEB_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~%/-]*)?")
"""Without a login and a query, and without what files of Nagios make something of."""


class ListenAddress(NamedTuple):
    """Where JSON lines are heard: `path` for a Unix socket, else `host` and `port`."""

    scheme: str
    path: str = ""
    host: str = ""
    port: int = 0


def listen_address(url: str) -> ListenAddress:
    """Return what `unix:///path`, `tcp://host:port` or `udp://host:port` stands for.

    Raises ValueError with a sentence for the user.
    """
    if url.startswith("unix://"):
        return ListenAddress("unix", path=unix_path(url.removeprefix("unix://")))
    scheme, host, port = _scheme_host_port(
        url, "unix:///path", "tcp://host:port", "udp://host:port"
    )
    if port is None:
        raise ValueError(f"has no port; write for example {scheme}://127.0.0.1:8421")
    if urlsplit(url).path not in ("", "/"):
        raise ValueError("has something after the port; end it there")
    return ListenAddress(scheme, host=host, port=port)


def host_port(text: str) -> tuple[str, int]:
    """Return what `host:port` stands for, with an IPv6 address in brackets.

    Raises ValueError with a sentence for the user.
    """
    if "/" in text or "@" in text:
        raise ValueError("is no address to listen at; write for example 127.0.0.1:8480")
    _, host, port = _scheme_host_port(f"tcp://{text}", "tcp://host:port", "tcp://host:port")
    if port is None:
        raise ValueError(f"has no port; write for example {text}:8480")
    return host, port


def check_host_port_if_any(text: str) -> None:
    """Raise ValueError with a sentence when `text` is neither empty nor a host and a port."""
    if text:
        host_port(text)


def check_web_url(text: str) -> None:
    """Raise ValueError with a sentence when `text` is neither empty nor the URL of a page."""
    if text and not _WEB_URL.fullmatch(text):
        raise ValueError(
            "is not where the page is; write for example https://monitoring.example.com/fleet/"
        )


def unix_path(path: str) -> str:
    """Return `path` when a socket can be made there; raises ValueError with a sentence."""
    if not path.startswith("/"):
        raise ValueError("has no absolute path; write unix:// and a path that begins with /")
    if len(path.encode()) > SOCKET_PATH_BYTES:
        raise ValueError(
            f"has a path longer than {SOCKET_PATH_BYTES} bytes, the limit for a socket"
        )
    if path.endswith("/") or "\0" in path:
        raise ValueError("has a path that does not name a file")
    return path


def check_listen(url: str) -> None:
    """Raise ValueError with a sentence when `url` is nothing to listen on."""
    listen_address(url)


def check_store(url: str) -> None:
    """Raise ValueError with a sentence when `url` cannot be a store."""
    try:
        parse_address(url)
    except ConfigError as error:
        raise ValueError(str(error)) from None


def check_store_if_any(url: str) -> None:
    """Raise ValueError with a sentence when `url` is neither empty nor a store."""
    if url:
        check_store(url)


def check_broker(url: str) -> None:
    """Raise ValueError with a sentence when `url` cannot be a broker."""
    _scheme_host_port(url, "amqp://user@host:port/vhost", "amqps://user@host:port/vhost")
    parts = urlsplit(url)
    if "@" in parts.path:
        raise ValueError("has an @ after a /; in a password write / as %2F, in a vhost @ as %40")
    if "/" in parts.path[1:]:
        raise ValueError("has more than one / after the port; write a / in a vhost as %2F")
    if parts.query or parts.fragment:
        raise ValueError("takes no options after ? or #; leave them out")


def check_broker_if_any(url: str) -> None:
    """Raise ValueError with a sentence when `url` is neither empty nor a broker."""
    if url:
        check_broker(url)


def without_login(url: str) -> str:
    """Return `url` for people: `amqp://guest:secret@host/` as `amqp://host/`.

    Without the user as well, for what stands there may be a password whose user was forgotten.
    """
    return re.sub(r"://[^/].*@", "://", url, count=1)


def _scheme_host_port(url: str, *examples: str) -> tuple[str, str, int | None]:
    """Return the three, of which only the port may be missing."""
    *others, last = examples
    scheme = url.partition("://")[0]
    if "://" not in url or scheme not in [example.partition("://")[0] for example in examples]:
        raise ValueError(f"is not an address we know; write {', '.join(others)} or {last}")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("has brackets that do not hold an IPv6 address") from None
    try:
        port = parts.port
    except ValueError:
        raise ValueError("has a port that is not a number from 1 to 65535") from None
    _check_host(parts)
    if port == 0:
        raise ValueError("has port 0; write the one to use")
    return scheme, parts.hostname or "", port


def _check_host(parts: SplitResult) -> None:
    if not parts.hostname:
        raise ValueError(f"has no host; write for example {parts.scheme}://127.0.0.1")
    if re.search(r"[\s\x00-\x1f\x7f]", parts.netloc):
        raise ValueError("has a blank or a control character in it")


def check_asked_if_any(text: str) -> None:
    """Accept the URL of something that is asked for by HTTP, and nothing at all."""
    if text and not _WEB_URL.fullmatch(text):
        raise ValueError("is no address that can be asked for; write https://host/path")


def check_target_if_any(text: str) -> None:
    """Accept a socket for lines, a broker, and nothing at all."""
    if text.startswith(("amqp://", "amqps://")):
        check_broker(text)
    elif text and listen_address(text).scheme == "udp":
        raise ValueError("loses what comes too fast; use tcp:// or unix://")
