"""Lamps that are sent to a collector of the copied house, and what became of them."""

import json
import socket
import time
from pathlib import Path
from subprocess import Popen

from kinds.lamp.house import House
from servers.ports import find_free_port
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

COUNTERS = "blinkenlights:{collector}:counters"


class Lit:
    """A house with lamps, a store and a broker."""

    def __init__(self, house: House, broker: Broker, store: Valkey, folder: Path) -> None:
        self.house = house
        self.broker = broker
        self.store = store
        self.client = store.client()
        self.socket = folder / "l.sock"
        self.port = find_free_port()
        self.config = folder / "blinkenlights.toml"
        self.configure()

    def configure(self, login: str = "", collector: str = "") -> None:
        """Write the configuration, with more keys for the store and for the collector."""
        self.config.write_text(
            f"""
[store]
url = "{self.store.url}"
{login}
[collector]
name = "lamps"
{collector}
[web]
listen = "127.0.0.1:{self.port}"
[[lines]]
listen = "unix://{self.socket}"
[[amqp]]
url = "{self.broker.url}"
exchange = "lamps"
keys = ["lamp.#"]
queue = "lamps"
kind = "lamp"
[[lamp]]
name = "attic"
silent = 600
"""
        )

    def collect(self) -> Popen[bytes]:
        """Start a collector, and wait until it listens to both of its sources."""
        before = self.house.logs().count("consuming ")
        process = self.house.start("collect", "--config", str(self.config))
        wait_until(
            lambda: self.socket.exists() and self.house.logs().count("consuming ") > before,
            "the collector listens",
            20,
        )
        return process

    def send(self, *lamps: tuple[str, bool, float]) -> None:
        """Send lamps to the socket, each with its name, whether it is on, and when."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.socket))
            for each in lamps:
                connection.sendall(body(*each) + b"\n")
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

    def publish(self, *lamps: tuple[str, bool, float]) -> None:
        """Publish lamps to the exchange."""
        self.broker.publish("lamps", "lamp.x", [body(*each) for each in lamps], confirm=True)

    def stored(self) -> int:
        """Return how many messages were stored, as it was counted."""
        return int(self.client.hget(COUNTERS, "stored:lamp") or 0)

    def wait_until_stored(self, number: int) -> None:
        """Wait until so many messages were stored."""
        wait_until(lambda: self.stored() >= number, f"{number} are stored", 20)

    def told(self, lamp: str) -> int:
        """Return how many different messages of a lamp are in the store."""
        return int(self.client.zcard(f"blinkenlights:{{lamp}}:switched:{lamp}"))

    def let_it_be_old(self) -> None:
        """Make the store so old that silence in it means something."""
        self.client.set("blinkenlights:{collector}:born", time.time() - 86400)

    def close(self) -> None:
        """Close the connection."""
        self.client.close()


def body(lamp: str, on: bool, when: float) -> bytes:
    """Return what a lamp says, as it goes by a socket or a broker."""
    return json.dumps({"kind": "lamp", "lamp": lamp, "on": on, "timestamp": when}).encode()
