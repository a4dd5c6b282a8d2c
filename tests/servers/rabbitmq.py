"""The broker: one RabbitMQ for each pytest worker, with a fresh virtual host for each test.

Nothing is shared with a broker that the machine may run: own folder, node name, ports, plugins and
port mapper (epmd). As root it runs as user rabbitmq, because Erlang's cookie wants a user's home.
"""

import base64
import itertools
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pika
import pika.exceptions
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from servers.certificates import issue
from servers.missing import program, without
from servers.ports import find_free_port
from servers.process import ENDS_WITH_PARENT, ServerProcess, make_folder, remove_folder
from servers.waiting import wait_until

_ADMIN = "admin"
_MEMORY = "1GB"
_CONFIG = """\
default_user = {admin}
default_pass = {admin}
loopback_users = none
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.cacertfile = {tls.authority}
ssl_options.certfile = {tls.certificate}
ssl_options.keyfile = {tls.key}
{verification}
management.tcp.ip = 127.0.0.1
management.tcp.port = {api_port}
# Connections and queues are listed a second after a change, not five.
collect_statistics_interval = 1000
# A full disk or a small machine must not block the publishers of a test.
disk_free_limit.absolute = 10MB
vm_memory_high_watermark.absolute = {memory}
"""


_NOBODY = "ssl_options.verify = verify_none"
_CLIENTS = "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true"


class RabbitMQ:
    """One broker on loopback. Tests use it through `Broker`.

    Args:
        wants_certificates: Whether clients that speak TLS have to show one of its authority.
    """

    def __init__(self, *, wants_certificates: bool = False) -> None:
        found = program("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server")
        server = found or without("rabbitmq-server")
        epmd = program("epmd") or without("Erlang's epmd")
        self.folder = make_folder("broker", "rabbitmq")
        self.port, self.tls_port, self.api_port, epmd_port = (find_free_port() for _ in range(4))
        self.certificates = issue(self.folder)
        config = _CONFIG.format(
            admin=_ADMIN,
            memory=_MEMORY,
            port=self.port,
            tls_port=self.tls_port,
            api_port=self.api_port,
            tls=self.certificates,
            verification=_CLIENTS if wants_certificates else _NOBODY,
        )
        (self.folder / "rabbitmq.conf").write_text(config)
        (self.folder / "plugins").write_text(
            "[rabbitmq_management,rabbitmq_shovel,rabbitmq_shovel_management].\n"
        )
        self._settings = environment = self._environment(epmd_port)
        self._epmd = ServerProcess(
            [str(epmd), "-port", str(epmd_port), "-address", "127.0.0.1"],
            folder=self.folder,
            is_ready=lambda: True,
            user="rabbitmq",
            environment=environment,
        )
        self.process = ServerProcess(
            [str(server)],
            folder=self.folder,
            is_ready=self._answers,
            user="rabbitmq",
            environment=environment,
            start_seconds=90.0,
        )

    def _environment(self, epmd_port: int) -> dict[str, str]:
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # No shell stays between us and the broker, so its process id is the one we started.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_CONF_ENV_FILE": str(folder / "no-such-file"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(find_free_port()),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "feature-flags"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_NODENAME": f"blinkenlights{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            # Idle schedulers that spin would take the processor from the tests.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+sbwt none +sbwtdcpu none +sbwtdio none"
                " -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }

    @property
    def pid(self) -> int:
        """Process id of the broker."""
        return self.process.pid

    def start(self) -> None:
        """Start it and wait until it serves; some five seconds."""
        if not self._epmd.is_running():
            self._epmd.start()
        self.process.start()

    def stop(self) -> None:
        """End it in its own way. Durable queues and persistent messages stay."""
        self.process.stop(30.0)

    def remove(self) -> None:
        """End it and its port mapper, and remove its folder."""
        self.process.kill()
        self._epmd.kill()
        remove_folder(self.folder)

    def api(self, method: str, path: str, body: object = None) -> object:
        """Call the management interface: `api("PUT", "/vhosts/x")`; returns the decoded answer.

        Raises:
            OSError: It refused (urllib's HTTPError), or there is no connection.
        """
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.api_port}/api{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(b"admin:admin").decode(),
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    @contextmanager
    def alarm(self) -> Iterator[None]:
        """Let the broker be short of memory: it takes nothing from those who publish."""
        self._control("set_vm_memory_high_watermark", "absolute", "1")
        try:
            yield
        finally:
            self._control("set_vm_memory_high_watermark", "absolute", _MEMORY)

    def _control(self, *arguments: str) -> None:
        """Run rabbitmqctl; raises CalledProcessError when the broker refuses."""
        control = program("rabbitmqctl", "/usr/lib/rabbitmq/bin/rabbitmqctl")
        user = "rabbitmq" if os.geteuid() == 0 else "-"
        subprocess.run(
            [sys.executable, "-I", "-S", str(ENDS_WITH_PARENT), user, str(control), *arguments],
            cwd=self.folder,
            env=self._settings,
            check=True,
            capture_output=True,
            timeout=60,
        )

    def _answers(self) -> bool:
        try:
            self.api("GET", "/health/checks/port-listener/" + str(self.port))
        except OSError:
            return False
        return True


class Broker:
    """What one test sees of the broker: its own virtual host and a user who may do all in it."""

    def __init__(self, server: RabbitMQ, name: str) -> None:
        self.server = server
        self.vhost = name
        server.api("PUT", f"/vhosts/{name}")
        self.url = self.add_user(name, "secret")

    @property
    def pid(self) -> int:
        """Process id of the broker."""
        return self.server.pid

    @property
    def tls_url(self) -> str:
        """The same address as `url`, with TLS; the certificate is from `authority`."""
        return self.with_tls(self.url)

    def with_tls(self, url: str) -> str:
        """Return the URL of one of its users with TLS in place of none."""
        plain = f"127.0.0.1:{self.server.port}/"
        return url.replace("amqp://", "amqps://").replace(
            plain, f"127.0.0.1:{self.server.tls_port}/"
        )

    @property
    def authority(self) -> Path:
        """File with the certificate authority of `tls_url`."""
        return self.server.certificates.authority

    def add_user(
        self,
        name: str,
        password: str,
        *,
        configure: str = ".*",
        write: str = ".*",
        read: str = ".*",
    ) -> str:
        """Add a user with these permissions (regular expressions); returns their URL."""
        self.server.api("PUT", f"/users/{name}", {"password": password, "tags": ""})
        self.server.api(
            "PUT",
            f"/permissions/{self.vhost}/{name}",
            {"configure": configure, "write": write, "read": read},
        )
        return f"amqp://{name}:{quote(password, safe='')}@127.0.0.1:{self.server.port}/{self.vhost}"

    @contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        """Give a pika channel, to declare, publish and fetch in one's own way."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            yield connection.channel()

    def bind(self, exchange: str, queue: str, key: str) -> None:
        """Declare a topic exchange and a queue, both durable, and bind them."""
        with self.channel() as channel:
            channel.exchange_declare(exchange, "topic", durable=True)
            channel.queue_declare(queue, durable=True)
            channel.queue_bind(queue, exchange, key)

    def publish(
        self,
        exchange: str,
        key: str,
        bodies: Iterable[bytes],
        *,
        properties: pika.BasicProperties | None = None,
        confirm: bool = False,
    ) -> int:
        """Publish all `bodies` to a binding key; returns how many.

        Persistent unless `properties` says otherwise. With `confirm` each one waits for the broker.
        """
        properties = properties or pika.BasicProperties(delivery_mode=2)
        sent = 0
        with self.channel() as channel:
            if confirm:
                channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish(exchange, key, body, properties)
                sent += 1
        return sent

    def depth(self, queue: str) -> int | None:
        """Return how many messages are ready in a queue, without unacknowledged; None: no queue."""
        with self.channel() as channel:
            try:
                declared = channel.queue_declare(queue, passive=True)
            except pika.exceptions.ChannelClosedByBroker:
                return None
            count: int = declared.method.message_count
            return count

    def unfinished(self, queue: str) -> int:
        """Return how many messages a queue holds, ready or in a consumer's hands."""
        path = f"/queues/{self.vhost}?disable_stats=true&enable_queue_totals=true"
        queues = self.server.api("GET", path)
        assert isinstance(queues, list)
        return sum(int(found["messages"]) for found in queues if found["name"] == queue)

    def fetch(self, queue: str) -> list[bytes]:
        """Take everything that is ready in a queue, acknowledged, oldest first."""
        bodies: list[bytes] = []
        with self.channel() as channel:
            while True:
                method, _, body = channel.basic_get(queue, auto_ack=True)
                if method is None or body is None:
                    return bodies
                bodies.append(body)

    def close_connections(self) -> int:
        """Close every connection of the virtual host from the broker's side; returns how many."""
        connections = self.connections()
        for name in connections:
            try:
                self.server.api("DELETE", f"/connections/{quote(name, safe='')}")
            except urllib.error.HTTPError:
                continue
        return len(connections)

    def wait_for_consumer(self, queue: str, seconds: float = 20.0) -> None:
        """Wait until somebody consumes from a queue."""

        def consumers() -> int:
            with self.channel() as channel:
                try:
                    count: int = channel.queue_declare(queue, passive=True).method.consumer_count
                except pika.exceptions.ChannelClosedByBroker:
                    return 0
                return count

        wait_until(consumers, f"a consumer of {queue}", seconds)

    def connections(self) -> list[str]:
        """Return the names of the connections of the virtual host, as the management has them."""
        found = self.server.api("GET", f"/vhosts/{self.vhost}/connections")
        assert isinstance(found, list)
        return [str(connection["name"]) for connection in found]

    def start(self) -> None:
        """Start the broker again after `stop` or `kill`."""
        self.server.start()

    def stop(self) -> None:
        """Stop the broker in its own way; durable queues and persistent messages stay."""
        self.server.stop()

    def kill(self) -> None:
        """End the broker as a crash would."""
        self.server.process.kill()

    def restart(self) -> None:
        """Stop the broker and start it again on the same port."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Remove the virtual host, with its queues and its connections."""
        if not self.server.process.is_running():
            self.server.start()
        self.server.api("DELETE", f"/vhosts/{self.vhost}")


@pytest.fixture(scope="session")
def _session_rabbitmq() -> Iterator[RabbitMQ]:
    server = RabbitMQ()
    try:
        server.start()
        yield server
    finally:
        server.remove()


_numbers = itertools.count(1)


@pytest.fixture
def rabbitmq(_session_rabbitmq: RabbitMQ) -> Iterator[Broker]:
    """Give a running broker with an empty virtual host of the test's own."""
    if not _session_rabbitmq.process.is_running():
        _session_rabbitmq.start()
    broker = Broker(_session_rabbitmq, f"test{next(_numbers)}")
    try:
        yield broker
    finally:
        broker.remove()
