"""Icinga 2 with given files, in its own folder, run as its own user, read through its API."""

import base64
import grp
import json
import os
import pwd
import shutil
import ssl
import subprocess
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from servers.installation import monitoring_user
from servers.missing import program, without
from servers.monitored import Seen, State
from servers.ports import find_free_port
from servers.process import ServerProcess, make_folder, remove_folder
from servers.waiting import wait_until

_CONFIG = """\
const NodeName = "localhost"
const ZoneName = NodeName
const PluginDir = "{plugins}"
include <itl>
include <plugins>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object ApiListener "api" {{
  bind_host = "127.0.0.1"
  bind_port = {port}
}}
object ApiUser "test" {{
  password = "test"
  permissions = [ "*" ]
}}
template Host "sample-host" {{
  check_command = "dummy"
  address = "127.0.0.1"
}}
object NotificationCommand "note" {{
  command = [ "/bin/sh", "-c", "echo \\"$$1\\" >> {folder}/notified", "note",
    "$host.name$ $service.name$ $notification.type$ $service.state$" ]
}}
object User "admin" {{ }}
apply Notification "note" to Service {{
  command = "note"
  users = [ "admin" ]
  interval = 0
  assign where true
}}
include "objects/*.conf"
"""


class Icinga2:
    """An Icinga 2 that runs its own schedule, and a check at once when a test wants to see it.

    Args:
        definitions: Configuration files to use, as they are.
        objects: Further objects: hosts that import `sample-host`.
        plugins: Folder that becomes PluginDir.
    """

    def __init__(self, definitions: Iterable[Path], objects: str, plugins: Path) -> None:
        binaries = sorted(Path("/usr/lib").glob("*/icinga2/sbin/icinga2"))
        self._program = binaries[0] if binaries else program("icinga2") or without("icinga2-bin")
        user = monitoring_user()
        self.folder = make_folder("icinga", user)
        self.folder.chmod(0o755)
        self._port = find_free_port()
        for name in ("objects", "data", "data/certs", "cache", "log", "run", "spool"):
            (self.folder / name).mkdir()
        for file in definitions:
            shutil.copy(file, self.folder / "objects" / file.name)
        (self.folder / "objects" / "test.conf").write_text(objects)
        self._config = self.folder / "icinga2.conf"
        self._config.write_text(
            _CONFIG.format(folder=self.folder, plugins=plugins, port=self._port)
        )
        self._tls = self._certify(self.folder / "data" / "certs")
        if user is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, user, user)
        self.process = ServerProcess(
            self._command(),
            folder=self.folder,
            is_ready=self._answers,
            user=user,
            environment={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            start_seconds=60.0,
        )

    @staticmethod
    def _certify(folder: Path) -> ssl.SSLContext:
        authority = trustme.CA()
        leaf = authority.issue_cert("localhost", "127.0.0.1", common_name="localhost")
        authority.cert_pem.write_to_path(folder / "ca.crt")
        (folder / "localhost.crt").write_bytes(leaf.cert_chain_pems[0].bytes())
        leaf.private_key_pem.write_to_path(folder / "localhost.key")
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    def _command(self, *more: str) -> list[str]:
        folders = {
            "DataDir": "data",
            "CacheDir": "cache",
            "LogDir": "log",
            "InitRunDir": "run",
            "SpoolDir": "spool",
        }
        user = monitoring_user() or pwd.getpwuid(os.geteuid()).pw_name
        group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
        defines = [f"-D{name}={self.folder / place}" for name, place in folders.items()]
        defines += [f"-DRunAsUser={user}", f"-DRunAsGroup={group}"]
        return [str(self._program), "daemon", "-c", str(self._config), *defines, *more]

    def verify(self) -> subprocess.CompletedProcess[str]:
        """Run `icinga2 daemon -C` on the configuration; its exit code is 0 when it is accepted."""
        return subprocess.run(
            self._command("-C"), capture_output=True, text=True, check=False, cwd=self.folder
        )

    def check(self, host: str, service: str) -> Seen:
        """Let Icinga run a check now, and return its result once it is in."""
        before = self.seen(host, service).checked
        self.api(
            "POST",
            "/actions/reschedule-check",
            {"type": "Service", "service": f"{host}!{service}", "force": True},
        )

        def newer() -> Seen | None:
            seen = self.seen(host, service)
            return seen if seen.checked > before else None

        seen = wait_until(newer, f"Icinga to check {service} on {host}", 30.0)
        assert seen is not None
        return seen

    def seen(self, host: str, service: str) -> Seen:
        """Return what Icinga holds of a service."""
        attributes = self.attributes(host, service)
        result = attributes["last_check_result"] or {}
        text, _, more = result.get("output", "").partition("\n")
        return Seen(
            State(int(attributes["state"])),
            text,
            more,
            " ".join(result.get("performance_data") or ()),
            attributes["state_type"] == 1,
            result.get("execution_end", 0.0),
        )

    def attributes(self, host: str, service: str) -> dict[str, Any]:
        """Return all attributes of a service, by the names in Icinga's documentation."""
        path = "/objects/services/" + quote(f"{host}!{service}", safe="")
        found: dict[str, Any] = self.api("GET", path)["results"][0]["attrs"]
        return found

    def notifications(self) -> list[str]:
        """Return what was notified, oldest first: `monitoring billing PROBLEM CRITICAL`."""
        path = self.folder / "notified"
        return path.read_text().splitlines() if path.exists() else []

    def api(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Call the API: `api("GET", "/objects/services")`; returns the decoded answer."""
        request = urllib.request.Request(
            f"https://127.0.0.1:{self._port}/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/json",
                "Authorization": "Basic " + base64.b64encode(b"test:test").decode(),
            },
        )
        with urllib.request.urlopen(request, timeout=20, context=self._tls) as answer:  # noqa: S310
            return json.loads(answer.read())

    def _answers(self) -> bool:
        try:
            self.api("GET", "/status/CIB")
        except OSError:
            return False
        return True

    def remove(self) -> None:
        """End it and remove its folder."""
        # What we started is an umbrella process that ends its workers when it is asked to end.
        self.process.stop(20.0)
        remove_folder(self.folder)


@pytest.fixture
def icinga2() -> Iterator[Callable[..., Icinga2]]:
    """Give a function that sets up an Icinga 2 and leaves starting it to the test."""
    made: list[Icinga2] = []

    def make(definitions: Iterable[Path], objects: str, plugins: Path) -> Icinga2:
        made.append(Icinga2(definitions, objects, plugins))
        return made[-1]

    try:
        yield make
    finally:
        for server in made:
            server.remove()
