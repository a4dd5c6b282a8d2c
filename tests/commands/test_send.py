"""`blinkenlights send heartbeat`: delivered to a broker or a socket, or a sentence on why not."""

import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from commands.calling import Command, Start
from servers.ports import find_free_port
from servers.rabbitmq import Broker
from servers.waiting import wait_until


class Listener:
    """A socket that takes lines, and closes each connection at its end as a collector does."""

    def __init__(
        self, family: socket.AddressFamily, kind: socket.SocketKind, where: object
    ) -> None:
        self.lines: list[bytes] = []
        self._socket = socket.socket(family, kind)
        self._socket.bind(where)  # type: ignore[arg-type]
        if kind == socket.SOCK_STREAM:
            self._socket.listen()
        threading.Thread(
            target=self._accept if kind == socket.SOCK_STREAM else self._receive, daemon=True
        ).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as file:
                self.lines += file.readlines()

    def _receive(self) -> None:
        while True:
            try:
                self.lines.append(self._socket.recv(65536))
            except OSError:
                return

    def close(self) -> None:
        """Stop listening."""
        # Closing alone does not wake a thread that waits in the kernel.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listen(state: Path) -> Iterator[Callable[[str], tuple[str, Listener]]]:
    """Give a function that listens with `unix`, `tcp` or `udp` and returns address and listener."""
    made: list[Listener] = []

    def listen(scheme: str) -> tuple[str, Listener]:
        if scheme == "unix":
            address = str(state / "lines.sock")
            made.append(Listener(socket.AF_UNIX, socket.SOCK_STREAM, address))
            return f"unix://{address}", made[-1]
        port = find_free_port()
        kind = socket.SOCK_STREAM if scheme == "tcp" else socket.SOCK_DGRAM
        made.append(Listener(socket.AF_INET, kind, ("127.0.0.1", port)))
        return f"{scheme}://127.0.0.1:{port}", made[-1]

    yield listen
    for each in made:
        each.close()


def sources(tmp_path: Path, broker: Broker, **keys: object) -> Path:
    """Write a configuration with one AMQP source, declare what it needs, and return its path."""
    source = {
        "url": broker.url,
        "exchange": "blinkenlights",
        "type": "topic",
        "keys": ["heartbeat.#"],
        "queue": "blinkenlights.heartbeat",
        "kind": "heartbeat",
    } | keys
    with broker.channel() as channel:
        channel.exchange_declare(str(source["exchange"]), str(source["type"]), durable=True)
        channel.queue_declare(str(source["queue"]), durable=True)
        for key in source["keys"] if isinstance(source["keys"], list) else []:
            channel.queue_bind(str(source["queue"]), str(source["exchange"]), key)
    path = tmp_path / "blinkenlights.toml"
    path.write_text(
        "[[amqp]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in source.items())
    )
    return path


def test_to_the_broker_of_the_configuration(
    rabbitmq: Broker, tmp_path: Path, command: Command
) -> None:
    """Without --to, the first AMQP source gets it, with a key that reaches its queue."""
    config = sources(tmp_path, rabbitmq)

    found = command("send", "heartbeat", "--name", "night job", "--config", config)

    assert found.code == 0
    assert found.out.startswith("night job: delivered to exchange blinkenlights at 127.0.0.1:")
    assert "key 'heartbeat.night-job'" in found.out
    assert "secret" not in found.out
    [body] = rabbitmq.fetch("blinkenlights.heartbeat")
    fact = parse(body)
    assert isinstance(fact, Heartbeat)
    assert (fact.component, fact.interval, fact.extras) == ("night job", 60, "{}")


def test_all_that_a_heartbeat_can_say(rabbitmq: Broker, tmp_path: Path, command: Command) -> None:
    """Options and further keys arrive; numbers as numbers, all else as text."""
    config = sources(tmp_path, rabbitmq)

    found = command(
        *("send", "heartbeat", "--config", config, "--name", "mail", "--system", "dc1"),
        *("depth=12", "ratio=-0.5", "big=1e3", "--uuid", "u-1", "--interval", "5m"),
        *("id=007", "empty=", "what=a=b", "nan=nan", "true=true"),
    )

    assert found.code == 0, found.err
    fact = parse(rabbitmq.fetch("blinkenlights.heartbeat")[0])
    assert isinstance(fact, Heartbeat)
    assert (fact.component, fact.instance, fact.interval) == ("dc1:mail", "u-1", 300)
    assert json.loads(fact.extras) == {
        "depth": 12,
        "ratio": -0.5,
        "big": 1000.0,
        "id": "007",
        "empty": "",
        "what": "a=b",
        "nan": "nan",
        "true": "true",
    }


@pytest.mark.parametrize(
    ("type_", "keys"), [("direct", ["heartbeat.inbound"]), ("topic", ["*.beats.#"]), ("fanout", [])]
)
def test_every_type_of_exchange(
    type_: str, keys: list[str], rabbitmq: Broker, tmp_path: Path, command: Command
) -> None:
    """The routing key follows from the type of the exchange and the first binding key."""
    config = sources(tmp_path, rabbitmq, exchange="vumi.health", type=type_, keys=keys)
    if not keys:
        with rabbitmq.channel() as channel:
            channel.queue_bind("blinkenlights.heartbeat", "vumi.health", "")

    found = command("send", "heartbeat", "--name", "a.b", "--config", config)

    assert found.code == 0, found.err
    assert rabbitmq.depth("blinkenlights.heartbeat") == 1


def test_to_a_broker_by_its_address(rabbitmq: Broker, tmp_path: Path, command: Command) -> None:
    """--to names a broker, and the password comes from a file."""
    sources(tmp_path, rabbitmq)
    (tmp_path / "password").write_text("secret\n")
    url = rabbitmq.url.replace(":secret@", "@")

    found = command(
        *("send", "heartbeat", "--name", "x", "--to", url, "--password-file"),
        *(tmp_path / "password", "--json"),
    )

    assert found.code == 0, found.err
    assert json.loads(found.out)["delivered"] is True
    assert rabbitmq.depth("blinkenlights.heartbeat") == 1


def test_tls_and_the_certificates(rabbitmq: Broker, tmp_path: Path, command: Command) -> None:
    """amqps:// is checked against the certificates that are named."""
    sources(tmp_path, rabbitmq)
    words = ["send", "heartbeat", "--name", "x", "--to", rabbitmq.tls_url]

    trusted = command(*words, "--ca-file", rabbitmq.authority)
    untrusted = command(*words)

    assert trusted.code == 0, trusted.err
    assert untrusted.code == 1
    assert "certificate" in untrusted.err


def test_a_message_that_no_queue_gets_is_an_error(
    rabbitmq: Broker, tmp_path: Path, command: Command
) -> None:
    """Delivered means that a queue has it: a key that nobody bound is exit code 1."""
    config = sources(tmp_path, rabbitmq)

    found = command("send", "heartbeat", "--name", "x", "--config", config, "--key", "lost")

    assert found.code == 1
    assert found.out == ""
    assert "no queue gets this" in found.err


def test_a_queue_that_is_full(rabbitmq: Broker, command: Command) -> None:
    """A queue that rejects what is too much makes it exit code 1."""
    with rabbitmq.channel() as channel:
        arguments = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare("full", durable=True, arguments=arguments)
        channel.exchange_declare("blinkenlights", "topic", durable=True)
        channel.queue_bind("full", "blinkenlights", "heartbeat.#")
    words = ["send", "heartbeat", "--name", "x", "--to", rabbitmq.url]

    outcomes = [command(*words) for _ in range(3)]

    assert outcomes[0].code == 0
    assert outcomes[-1].code == 1
    assert "full" in outcomes[-1].err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("secret", "wrong"), "refuses the user or the password", id="password"),
        pytest.param(("/test", "/none"), "virtual host", id="vhost"),
        pytest.param(('"blinkenlights"', '"nothing"'), "no exchange 'nothing'", id="exchange"),
    ],
)
def test_a_broker_that_refuses(
    change: tuple[str, str], said: str, rabbitmq: Broker, tmp_path: Path, command: Command
) -> None:
    """What the broker refuses is one sentence without the password, and exit code 1."""
    config = sources(tmp_path, rabbitmq)
    before, after = change
    head, _, tail = config.read_text().rpartition(before)
    config.write_text(head + after + tail)

    found = command("send", "heartbeat", "--name", "x", "--config", config)

    assert found.code == 1
    assert said in found.err
    assert found.err.count("\n") == 1
    assert "secret" not in found.err
    assert "wrong" not in found.err


@pytest.mark.parametrize("scheme", ["unix", "tcp", "udp"])
def test_to_a_socket(
    scheme: str, listen: Callable[[str], tuple[str, Listener]], command: Command
) -> None:
    """A collector's socket gets one JSON line that names its kind."""
    address, listener = listen(scheme)

    found = command("send", "heartbeat", "--name", "x", "--to", address, "n=1")

    assert found.code == 0, found.err
    assert address in found.out
    [line] = wait_until(lambda: listener.lines, "the line")
    message = json.loads(line)
    assert (message["kind"], message["name"], message["n"]) == ("heartbeat", "x", 1)


@pytest.mark.parametrize("scheme", ["unix", "tcp", "udp"])
def test_nobody_listens(scheme: str, state: Path, command: Command) -> None:
    """A socket without a collector is exit code 1 and a sentence that names it."""
    there = f"unix://{state}/x" if scheme == "unix" else f"{scheme}://127.0.0.1:{find_free_port()}"

    found = command("send", "heartbeat", "--name", "x", "--to", there)

    assert found.code == 1
    assert found.out == ""
    assert f"{there} did not take it" in found.err


def test_a_collector_that_dies_while_it_reads(state: Path, command: Command) -> None:
    """A connection that breaks before the line was read does not pass for delivered."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(state / "s"))
        listener.listen()

        def die() -> None:
            # Closed with the line unread, which resets the connection.
            connection, _ = listener.accept()
            wait_until(lambda: connection.recv(1, socket.MSG_PEEK), "a line")
            connection.close()

        dying = threading.Thread(target=die)
        dying.start()

        found = command("send", "heartbeat", "--name", "x", "--to", f"unix://{state}/s")

        dying.join()
    assert found.code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["x"], "'x' is not a key with a value", id="no-value"),
        pytest.param(["=1"], "'=1' is not a key with a value", id="no-key"),
        pytest.param(["name=x"], "'name' is a key of the heartbeat itself", id="reserved"),
        pytest.param(["k=" + "x" * 2000], "would keep all of this", id="too-large"),
        pytest.param(["--name", "a\x1b"], "not printable", id="name"),
        pytest.param(["--every", "0"], "is no time at all", id="no-time"),
        pytest.param(["--interval", "soon"], "is not a duration", id="no-duration"),
        pytest.param(["--to", "http://x"], "is not an address we know", id="address"),
        pytest.param(["--to", "amqp://u:hunter2@h:x/"], "has a port that", id="port"),
        pytest.param(["--to", "tcp://h:1", "--key", "k"], "are for brokers", id="key-of-a-socket"),
    ],
)
def test_what_cannot_be_sent(words: list[str], said: str, command: Command) -> None:
    """What no collector would take, or would not keep whole, is said before it is sent."""
    found = command("send", "heartbeat", "--name", "x", "--to", "tcp://127.0.0.1:1", *words)

    assert found.code == 2
    assert said in found.err
    assert "hunter2" not in found.err


def test_nothing_says_where(command: Command) -> None:
    """Without configuration, --to or a running `up`, it is said what to do."""
    found = command("send", "heartbeat", "--name", "x")

    assert found.code == 2
    assert "give --to" in found.err


def test_again_and_again_through_an_outage(start: Start) -> None:
    """With --every it goes on until Ctrl-C; an outage is told once, and once when it is over."""
    port = find_free_port()
    address = f"tcp://127.0.0.1:{port}"
    sending = start(
        *("send", "heartbeat", "--name", "x", "--every", "0.2", "--to", address),
    )
    sending.wait_for(lambda: sending.err, "the outage to be told")
    listener = Listener(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port))
    sending.wait_for(lambda: len(listener.lines) > 2, "beats to arrive")

    code = sending.end(signal.SIGINT)

    listener.close()
    assert code == 130
    assert sending.err.strip().count("\n") == 0
    assert "trying again every 0.2s" in sending.err
    assert sending.out.count("delivered to") == 1
    assert json.loads(listener.lines[0])["interval"] == 1
