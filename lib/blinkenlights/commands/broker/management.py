"""The management interface of RabbitMQ."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from urllib.parse import quote, unquote, urlsplit

from blinkenlights.errors import BrokerError, ConfigError

SECONDS = 10.0
NOT_FOUND, UNAUTHORIZED, FORBIDDEN = 404, 401, 403


class Management:
    """The management interface at a URL.

    Args:
        url: `http://host:15672` or `https://...`, without a user.
        user: An administrator.
        password: Of that user.
        ca_file: Certificates that vouch for it with https.

    Raises:
        ConfigError: The certificates cannot be read.
    """

    def __init__(self, url: str, user: str, password: str, ca_file: str = "") -> None:
        self._url = url.rstrip("/")
        self._user = user
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        try:
            context = ssl.create_default_context(cafile=ca_file or None)
        except OSError as error:
            raise ConfigError(
                f"--ca-file: {ca_file} holds no certificates that can be read ({error})"
            ) from None
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )

    def get(self, *path: str) -> dict[str, object] | None:
        """Return what is at a path, given by its parts; None when there is nothing."""
        found = self._call("GET", path)
        return found if isinstance(found, dict) else None

    def put(self, *path: str, **content: object) -> None:
        """Make what is at a path be so. Raises BrokerError."""
        self._call("PUT", path, content)

    def post(self, *path: str, **content: object) -> None:
        """Add something at a path. Raises BrokerError."""
        self._call("POST", path, content)

    def _call(self, method: str, path: tuple[str, ...], content: object = None) -> object:
        where = "/".join(quote(part, safe="") for part in path)
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked with the option
            f"{self._url}/api/{where}", body, self._headers, method=method
        )
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                text = answer.read()
            return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            if error.code == NOT_FOUND and method == "GET":
                return None
            raise BrokerError(f"{self._url} {self._complaint(error)}") from None
        except ValueError:
            raise BrokerError(f"{self._url} is not the management interface of a broker") from None
        except OSError as error:
            why = getattr(error, "reason", error)
            raise BrokerError(f"{self._url} cannot be reached: {why}; see --api") from None

    def _complaint(self, error: urllib.error.HTTPError) -> str:
        if error.code in (UNAUTHORIZED, FORBIDDEN):
            return f"refuses user {self._user}; name an administrator: --api, --password-file"
        try:
            reason = json.loads(error.read())["reason"]
        except (ValueError, KeyError, TypeError, OSError):
            reason = error.reason
        return f"refuses: {reason}"


def api_address(url: str) -> tuple[str, str, str]:
    """Return the address, the user and the password in a URL; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address; write for example http://admin@127.0.0.1:15672")
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}", unquote(parts.username or ""), unquote(parts.password or "")
