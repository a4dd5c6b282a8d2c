"""Where the log is: what the command line says, else `[log]`, else the collector's own source."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from blinkenlights.cli import main
from blinkenlights.commands.log_exchange import find_exchange
from blinkenlights.config import AmqpConfig, load
from blinkenlights.transferlog.queues import common_log

TRANSFERS = """
[[amqp]]
url = "amqp://collector@broker/"
password_file = "/p"
ca_file = "/c"
exchange = "xreport"
type = "fanout"
queue = "transfers"
kind = "transfer"
"""
HEARTBEATS = TRANSFERS.replace('"transfer"', '"heartbeat"').replace("xreport", "beats")

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a configuration and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "blinkenlights.toml"
        path.write_text(text)
        return str(path)

    return write


def log(**keys: object) -> AmqpConfig:
    """Return the log as it is without a configuration, but for some keys."""
    common = {"url": "amqp://guest:guest@127.0.0.1:5672/", "exchange": "log", "keys": ["#"]}
    return AmqpConfig(**(common | {"queue": "q", "kind": "transfer"} | keys))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            HEARTBEATS + TRANSFERS.replace("transfers", "t"),
            log(
                url="amqp://collector@broker/",
                exchange="xreport",
                type="fanout",
                password_file="/p",
                ca_file="/c",
            ),
            id="as-the-collector",
        ),
        pytest.param(
            TRANSFERS + '[log]\nexchange = "xl"\nkeys = ["v02.#"]\npassword_file = "/q"',
            log(
                url="amqp://collector@broker/",
                exchange="xl",
                keys=["v02.#"],
                password_file="/q",
                ca_file="/c",
            ),
            id="another-exchange-there",
        ),
        pytest.param(
            TRANSFERS + '[log]\nurl = "amqp://other/"',
            log(url="amqp://other/"),
            id="another-broker",
        ),
    ],
)
def test_the_log_of_a_configuration(text: str, found: AmqpConfig, write: Write) -> None:
    """What `[log]` leaves open is that of the first source for transfers on the same broker."""
    assert common_log(load(write(text)), "q") == found


@pytest.mark.parametrize("text", ["", HEARTBEATS])
@pytest.mark.parametrize("command", [["log"], ["log", "--capture", "logs"], ["route"], ["speedo"]])
def test_without_a_log_nobody_invents_one(
    command: list[str], text: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is refused at once, with what to configure; no broker at 127.0.0.1 is asked for it."""
    code = main([*command, "--config", write(text)])

    assert code == 2
    assert "no log of transfers is configured: name its broker with url in [log]" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ('source_exchange = "log"', 'log.source_exchange: "log" has no place for the source'),
        ('source_exchange = "{source}{x}"', "has no place for the source"),
        ('user = "{source}{source}"', "log.user: "),
        ('missing = "stop"', 'log.missing: "stop" is not something to do; write skip or create'),
        ('url = "http://x"', "log.url: is not an address we know"),
        ('route_queue = ""', "log.route_queue: is empty; give it a name"),
    ],
)
def test_mistakes_are_said(
    key: str, said: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each mistake in `[log]` is a sentence with its key."""
    code = main(["config", "check", "--config", write(f"[log]\n{key}")])

    assert code == 1
    assert said in capsys.readouterr().out


def test_a_password_is_not_sent_to_another_broker(write: Write) -> None:
    """With --broker the password of the configured one is not used."""
    options = Namespace(
        broker="amqp://x/", exchange=None, keys=[], password_file=None, ca_file=None
    )

    found = find_exchange(options, load(write(TRANSFERS)), "q")

    assert found == log(url="amqp://x/", exchange="xreport", type="fanout")
