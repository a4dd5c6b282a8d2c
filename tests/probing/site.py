"""A site with endpoints: a small server, a folder of files, a store, and a prober as a process."""

import http.server
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.endpoint import keys
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from servers.process import ServerProcess
from servers.simulation import Said
from servers.valkey import Valkey
from servers.waiting import wait_until

PROBER = "p1"


class Answering:
    """An HTTP server on loopback whose answer can be changed at any time."""

    def __init__(self) -> None:
        self.status = 200
        self.body: object = {"status": "ok", "queue": {"depth": 7}}
        self.headers: dict[str, str] = {}
        self.latency = 0.0
        self.hold: threading.Event | None = None
        """No answer is given before it is set, when there is one."""
        self.held = 0
        """Requests that came while there was one."""
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if outer.hold is not None:
                    outer.held += 1
                    outer.hold.wait(30)
                time.sleep(outer.latency)
                said = json.dumps(outer.body).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(said)))
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Site:
    """All of it, in one folder."""

    def __init__(self, folder: Path, store: Valkey, settings: str = "") -> None:
        self.folder = folder
        self.endpoints = folder / "endpoints"
        self.endpoints.mkdir()
        self.server = Answering()
        self.store = store
        # An hour old, so that it learns no more.
        store.client().set(layout.BORN, f"{wall_clock() - 3600:.3f}")
        config = folder / "blinkenlights.toml"
        config.write_text(
            f'[store]\nurl = "{store.url}"\n'
            f'[probe]\nendpoints = "{self.endpoints}"\nname = "{PROBER}"\n{settings}'
        )
        command = [sys.executable, "-m", "blinkenlights", "probe", "--config", str(config)]
        self.prober = ServerProcess(command, folder, lambda: True, environment=os.environ)

    def write(self, text: str, name: str = "all.yml") -> None:
        """Write a file of endpoints; `PORT` stands for that of the server."""
        (self.endpoints / name).write_text(text.replace("PORT", str(self.server.port)))

    def check(self, options: str = "", name: str = "endpoint") -> Said:
        """Ask a check now."""
        return Said(*answer(name, ["--redis", self.store.url, *options.split()], wall_clock))

    def report(self) -> dict[str, Any]:
        """Return the prober's last report; empty before the first one."""
        text = self.store.client().hget(keys.PROBERS, PROBER)
        found: dict[str, Any] = json.loads(str(text).split(" ", 2)[2]) if text else {}
        return found

    def facts(self, endpoint: str) -> keys.Facts | None:
        """Return what is stored of the results of an endpoint."""
        text = self.store.client().hget(keys.FACTS, endpoint)
        return keys.parse_facts(str(text)) if text else None

    def wait_for(self, summary: str, options: str = "", name: str = "endpoint") -> Said:
        """Wait until line 1 of a check holds some words."""
        said = wait_until(
            lambda: found if summary in (found := self.check(options, name)).text else None,
            f"check_{name} {options} to say {summary!r}",
        )
        assert said is not None
        return said

    def close(self) -> None:
        """End everything."""
        self.prober.kill()
        self.server.close()
