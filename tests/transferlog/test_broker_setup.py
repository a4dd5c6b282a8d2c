"""`broker setup` on a real broker: a source reads its own log, and is refused everything else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pika
import pytest
from pika.exceptions import AMQPError, ChannelClosedByBroker

from blinkenlights.cli import main
from blinkenlights.transferlog.route import Route
from servers.process import ENDS_WITH_PARENT
from servers.programs import Program
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.conftest import Start
from transferlog.reports import EXCHANGE, TOPIC, body, log_at, publish

Setup = Callable[..., None]
ACCESS_REFUSED = 403


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("blinkenlights.locations.SYSTEM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.delenv("BLINKENLIGHTS_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def names(broker: Broker) -> tuple[str, str]:
    """Return two sources that no other test has: users belong to the whole broker."""
    return f"{broker.vhost}-a", f"{broker.vhost}-b"


def api(broker: Broker) -> str:
    return f"http://admin:admin@127.0.0.1:{broker.server.api_port}"


def by_interface(broker: Broker, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Let the command set up the broker through the management interface."""
    words = ["broker", "setup", *names(broker), "--broker", broker.url]
    assert main([*words, "--api", api(broker), "--passwords", str(folder)]) == 0
    capsys.readouterr()


def by_commands(broker: Broker, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Paste what the command prints into a shell on the broker's node."""
    assert main(["broker", "setup", *names(broker), "--broker", broker.url, "--dry-run"]) == 0
    script = capsys.readouterr().out
    environment = dict(broker.server.process.environment or {})
    environment["PATH"] = f"/usr/lib/rabbitmq/bin:{environment['PATH']}"
    there = broker.server.folder
    # A command that waits for input would hang here, as it does in a terminal.
    nothing_comes, stays_open = os.pipe()
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            str(ENDS_WITH_PARENT),
            "rabbitmq",
            "/bin/sh",
            "-euc",
            f"umask 022; {script}",
        ],
        cwd=there,
        env=environment,
        stdin=nothing_comes,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    os.close(nothing_comes)
    os.close(stays_open)
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    for source in names(broker):
        file = there / f"{source}.password"
        assert file.stat().st_mode & 0o777 == 0o600
        (folder / file.name).write_text(file.read_text())


def login(broker: Broker, folder: Path, source: str) -> pika.BlockingConnection:
    password = (folder / f"{source}.password").read_text().strip()
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            "127.0.0.1",
            broker.server.port,
            broker.vhost,
            pika.PlainCredentials(source, password),
        )
    )


def refusal(connection: pika.BlockingConnection, method: str, *words: str, **named: object) -> int:
    """Return with which code the broker refuses something, 0 when it does not."""
    channel = connection.channel()
    try:
        getattr(channel, method)(*words, **named)
        # Publishing has no answer; the next question gets the refusal.
        channel.basic_qos(prefetch_count=1)
    except ChannelClosedByBroker as error:
        return int(error.reply_code)
    return 0


@pytest.mark.parametrize("how", [by_interface, by_commands])
def test_a_source_reads_its_own_log_and_nothing_else(
    how: Callable[..., None],
    rabbitmq: Broker,
    start: Start,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Source A gets what is routed to A, and is refused what is B's, the log of all, and more."""
    a, b = names(rabbitmq)
    how(rabbitmq, tmp_path, capsys)
    start(Route(log_at(rabbitmq, "blinkenlights.route"), "log_{source}", create=False))

    with login(rabbitmq, tmp_path, a) as connection:
        mine = connection.channel()
        mine.queue_declare(f"q_{a}.mine", durable=True)
        mine.queue_bind(f"q_{a}.mine", f"log_{a}", "#")
        publish(rabbitmq, [1], a)
        publish(rabbitmq, [2], b)
        got: list[bytes] = []
        mine.basic_consume(f"q_{a}.mine", lambda _c, _m, _p, content: got.append(content))
        connection.process_data_events(2)

        queue_of_b = f"q_{b}.theirs"
        with login(rabbitmq, tmp_path, b) as other:
            theirs = other.channel()
            theirs.queue_declare(queue_of_b, durable=True)
            theirs.queue_bind(queue_of_b, f"log_{b}", "#")
        refuses = partial(refusal, connection)
        for exchange in (f"log_{b}", EXCHANGE, "amq.topic", "amq.rabbitmq.trace"):
            assert refuses("queue_bind", f"q_{a}.mine", exchange, "#") == ACCESS_REFUSED, exchange
        for queue in (queue_of_b, "blinkenlights.route"):
            assert refuses("basic_get", queue) == ACCESS_REFUSED, queue
            assert refuses("queue_purge", queue) == ACCESS_REFUSED, queue
            assert refuses("queue_delete", queue) == ACCESS_REFUSED, queue
            assert refuses("queue_bind", queue, f"log_{a}", "#") == ACCESS_REFUSED, queue
        for exchange in (f"log_{a}", f"log_{b}", EXCHANGE, ""):
            assert refuses("basic_publish", exchange, TOPIC, body=b"x") == ACCESS_REFUSED, exchange
        for queue in (f"q_{b}.new", "q_", f"xq_{a}.x", f"q_{a}", ""):
            assert refuses("queue_declare", queue) == ACCESS_REFUSED, queue
        for option in ("x-dead-letter-exchange", "alternate-exchange"):
            declare = "queue_declare" if option.startswith("x-") else "exchange_declare"
            for exchange in (f"log_{b}", EXCHANGE):
                there = {"arguments": {option: exchange}}
                assert refuses(declare, f"q_{a}.{option}", **there) == ACCESS_REFUSED, there
        assert refuses("exchange_declare", f"log_{a}x", "topic") == ACCESS_REFUSED
        assert refuses("exchange_delete", f"log_{a}") == ACCESS_REFUSED
        own = f"q_{a}.exchange"
        connection.channel().exchange_declare(own, "topic")
        for exchange in (f"log_{b}", EXCHANGE):
            assert refuses("exchange_bind", own, exchange, "#") == ACCESS_REFUSED, exchange
        assert refuses("exchange_bind", own, f"log_{a}", "#") == 0
        with suppress(AMQPError):
            connection.process_data_events(0.2)

    assert got == [body(1)]


@pytest.mark.parametrize("command", ["log", "capture"])
def test_our_own_commands_work_with_the_rights_of_a_source(
    command: str,
    rabbitmq: Broker,
    program: Program,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A source can watch its log with `log`, and capture it."""
    a, _ = names(rabbitmq)
    by_interface(rabbitmq, tmp_path, capsys)
    url = f"amqp://{a}@127.0.0.1:{rabbitmq.server.port}/{rabbitmq.vhost}"
    words = ["log", "--broker", url, "--exchange", f"log_{a}"]
    words += ["--password-file", str(tmp_path / f"{a}.password")]
    if command == "capture":
        words += ["--capture", str(tmp_path / "logs"), "--queue", f"q_{a}.capture"]
    process = program(*words)

    process.start()

    def is_seen() -> bool:
        rabbitmq.publish(f"log_{a}", TOPIC, [body(1)])
        files = [process.log] if command == "log" else (tmp_path / "logs").glob("*.log")
        return any("1-swob.xml" in file.read_text() for file in files)

    wait_until(is_seen, "a report to be seen")


def test_what_is_right_stays_and_new_sources_are_added(
    rabbitmq: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Done twice it changes nothing, and the password is still that of the first time."""
    a, _ = names(rabbitmq)
    by_interface(rabbitmq, tmp_path, capsys)
    before = (tmp_path / f"{a}.password").read_text()

    words = ["broker", "setup", *names(rabbitmq), "--broker", rabbitmq.url, "--json"]
    code = main([*words, "--api", api(rabbitmq), "--passwords", str(tmp_path)])

    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {each["outcome"] for each in found if each["what"] != "permissions"} == {
        "was there",
        "was there, bound to log",
    }
    assert (tmp_path / f"{a}.password").read_text() == before
    login(rabbitmq, tmp_path, a).close()


def test_a_user_who_is_somebody_else_is_left_alone(
    rabbitmq: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other permissions are said and stay, and nothing else is made; --replace takes them away."""
    a, b = names(rabbitmq)
    rabbitmq.add_user(a, "theirs", read="^x.*")
    words = ["broker", "setup", b, a, "--broker", rabbitmq.url, "--api", api(rabbitmq)]

    code = main([*words, "--passwords", str(tmp_path)])

    assert code == 1
    assert f"user {a} may do something else in {rabbitmq.vhost}: " in capsys.readouterr().err
    with rabbitmq.channel() as channel, pytest.raises(ChannelClosedByBroker):
        channel.exchange_declare(f"log_{b}", "topic", passive=True)
    assert main([*words, "--passwords", str(tmp_path), "--replace"]) == 0
    rights = rabbitmq.server.api("GET", f"/permissions/{rabbitmq.vhost}/{a}")
    assert isinstance(rights, dict)
    assert "^x" not in rights["read"]


def test_an_administrator_cannot_be_a_source(
    rabbitmq: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who can permit himself everything is refused."""
    words = ["broker", "setup", "admin", "--broker", rabbitmq.url, "--api", api(rabbitmq)]

    code = main([*words, "--passwords", str(tmp_path)])

    assert code == 1
    assert "user admin has the tag administrator" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["a b"], "'a b' cannot be a source"),
        (["../a"], "'../a' cannot be a source"),
        (["met", "met.px"], "user met could read the queues of met.px"),
    ],
)
def test_names_that_would_open_a_hole(
    sources: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that reaches into another's queues, or that is no name, is refused."""
    code = main(["broker", "setup", *sources, "--dry-run", "--broker", "amqp://nowhere.invalid/"])

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_dry_run_connects_to_nothing_and_prints_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a broker the commands are printed all the same, and make passwords in place."""
    broker = "amqp://u:hunter2@nowhere.invalid/"

    code = main(["broker", "setup", "obrien-x", "--dry-run", "--broker", broker])

    out = capsys.readouterr().out
    assert code == 0
    assert "hunter2" not in out
    assert "rabbitmqctl set_permissions -p / obrien-x '^q_obrien\\-x\\..*$'" in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://admin:wrong@127.0.0.1:{port}", "refuses user admin"),
        ("http://admin@127.0.0.1:1", "cannot be reached"),
        ("ftp://x", "--api is not an address"),
    ],
)
def test_an_interface_that_cannot_be_used(
    address: str, said: str, rabbitmq: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says why, in one sentence without a password."""
    url = address.format(port=rabbitmq.server.api_port)

    code = main(["broker", "setup", "x", "--broker", rabbitmq.url, "--api", url])

    err = capsys.readouterr().err
    assert code in (1, 2)
    assert said in err
    assert "wrong" not in err
    assert err.count("\n") == 1
