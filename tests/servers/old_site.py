"""Where the listener of releng-hardware ran: its environment, and a broker and a store with TLS."""

import json
import os
import re
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from servers.bare import OTHERS
from servers.ports import find_free_port
from servers.process import make_folder, remove_folder
from servers.pulse import Pulse
from servers.rabbitmq import Broker
from servers.taskcluster import task
from servers.valkey import Valkey

ROOT = Path(__file__).parents[2]
PASSWORD = "p4ss:w/rd@?"
IN_URL = "p4ss%3Aw%2Frd%40%3F"
MACHINE = "mdc1:ms-100"
SECONDS = 20


def documented(page: str, heading: str) -> str:
    """Return the first configuration below a heading of a page in docs/."""
    text = (ROOT / "docs" / page).read_text("utf-8").partition(f"# {heading}\n")[2]
    found = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


class OldSite:
    """What is there, with the configuration of docs/pulse.md in `config`, which all may read."""

    def __init__(self, rabbitmq: Broker) -> None:
        self.user = f"relops-{rabbitmq.vhost}"
        self._broker = rabbitmq
        self.pulse = Pulse(rabbitmq, self.user)
        self.store = Valkey({"requirepass": PASSWORD}, tls=True)
        self.port = find_free_port()
        self.folder = make_folder("site")
        self.folder.chmod(0o755)
        self.config = self.folder / "blinkenlights.toml"

    def start(self) -> None:
        """Start the store and write the files."""
        self.store.start()
        assert self.store.certificates is not None
        authorities = (self.store.certificates.authority, self.pulse.authority)
        both = self.folder / "authorities.pem"
        both.write_text("".join(each.read_text() for each in authorities))
        broker = re.sub(r"//.*@", "//", self.pulse.url)
        tables = documented("pulse.md", "The tables").replace(
            "queue/relops/", f"queue/{self.user}/"
        )
        tables = tables.replace("amqps://pulse.mozilla.org:5671/", broker)
        tables = tables.replace("[[amqp]]", f'[[amqp]]\nca_file = "{both}"')
        self.config.write_text(tables + documented("pulse.md", "As two dynos"))
        assert len(tomllib.loads(self.config.read_text())["amqp"]) == 4

    def environment(self) -> dict[str, str]:
        """Return what a platform gives a process, and what is ours of it."""
        return {
            "AMQP_USER": self.user,
            "AMQP_PASS": "secret",
            "REDIS_URL": self.store.tls_url.replace("://", f"://:{IN_URL}@"),
            "PORT": str(self.port),
            "BLINKENLIGHTS_CONFIG": str(self.config),
            "BLINKENLIGHTS_STORE_CA_FILE": str(self.folder / "authorities.pem"),
        }

    def process_environment(self) -> dict[str, str]:
        """Return the same with what a process of this machine needs."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("BLINKENLIGHTS_") and name not in OTHERS
        }
        return kept | self.environment()

    def wait_for_collector(self) -> None:
        """Wait until a collector consumes from the documented queue."""
        self._broker.wait_for_consumer(f"queue/{self.user}/blinkenlights", 60)

    def publish(self) -> None:
        """Publish that a machine has a task."""
        self.pulse.publish(*task(MACHINE, "running", started=wall_clock() - 1))

    def machines(self) -> list[dict[str, Any]]:
        """Return what the web process says at the old path; nothing while it does not serve."""
        url = f"http://127.0.0.1:{self.port}/machines"
        try:
            with urllib.request.urlopen(url, timeout=SECONDS) as answer:
                found: list[dict[str, Any]] = json.load(answer)
                return found
        except OSError:
            return []

    def remove(self) -> None:
        """End the store and remove the files."""
        self.store.remove()
        remove_folder(self.folder)


@pytest.fixture
def old_site(rabbitmq: Broker) -> Iterator[OldSite]:
    """Give such a place."""
    site = OldSite(rabbitmq)
    try:
        site.start()
        yield site
    finally:
        site.remove()
