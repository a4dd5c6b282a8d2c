"""InfluxDB 1 as Debian has it, with a login and a database of its own for each test."""

import itertools
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from servers.missing import program, without
from servers.ports import find_free_port
from servers.process import ServerProcess, make_folder, remove_folder

ADMIN, PASSWORD = "admin", "geheim"
_CONFIG = """\
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:{port}"
auth-enabled = true
log-enabled = false
"""


class InfluxDB:
    """One server on loopback."""

    def __init__(self) -> None:
        server = program("influxd") or without("influxdb")
        self.folder = make_folder("influxdb")
        self.port = find_free_port()
        config = self.folder / "influxdb.conf"
        config.write_text(_CONFIG.format(rpc=find_free_port(), port=self.port, folder=self.folder))
        self.process = ServerProcess(
            [str(server), "-config", str(config)],
            folder=self.folder,
            is_ready=self._answers,
            environment={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder)},
            start_seconds=60.0,
        )

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; its first start makes the administrator."""
        self.process.start()
        self.query(f"CREATE USER {ADMIN} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")

    def query(self, text: str, database: str = "") -> list[dict[str, Any]]:
        """Return what a query answers: its series, each with name, tags, columns and values."""
        login = urlencode({"u": ADMIN, "p": PASSWORD})
        about = urlencode({"q": text, "db": database, "epoch": "u"})
        request = urllib.request.Request(f"{self.url}/query?{login}", about.encode())  # noqa: S310
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own
            (result,) = json.load(answer)["results"]
        assert "error" not in result, result
        return list(result.get("series", []))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ping", timeout=5) as answer:  # noqa: S310
                return int(answer.status) == 204
        except OSError:
            return False


class Database:
    """One database of a server."""

    def __init__(self, server: InfluxDB, name: str) -> None:
        self.server = server
        self.name = name

    @property
    def url(self) -> str:
        """Where its server is."""
        return self.server.url

    def query(self, text: str) -> list[dict[str, Any]]:
        """Return what a query answers."""
        return self.server.query(text, self.name)

    def points(self, measurement: str) -> list[dict[str, Any]]:
        """Return the points of a measurement, each with its time in microseconds, and all tags."""
        quoted = measurement.replace("\\", "\\\\").replace('"', '\\"')
        return [
            {key: value for key, value in zip(each["columns"], row, strict=True) if value != ""}
            | {key: value for key, value in each.get("tags", {}).items() if value != ""}
            for each in self.query(f'SELECT * FROM "{quoted}" GROUP BY *')  # noqa: S608 - ours
            for row in each["values"]
        ]


@pytest.fixture(scope="session")
def _session_influxdb() -> Iterator[InfluxDB]:
    server = InfluxDB()
    try:
        server.start()
        yield server
    finally:
        server.process.kill()
        remove_folder(server.folder)


_numbers = itertools.count()


@pytest.fixture
def influxdb(_session_influxdb: InfluxDB) -> Database:
    """Give an empty database."""
    if not _session_influxdb.process.is_running():
        _session_influxdb.process.start()
    name = f"test{next(_numbers)}"
    _session_influxdb.query(f'CREATE DATABASE "{name}"')
    return Database(_session_influxdb, name)
