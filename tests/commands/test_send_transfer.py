"""`blinkenlights send transfer`: the beginning and the end, by scripts that move files."""

import json
import os
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.inflight.flown import Flown, in_flight_at
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from commands.calling import Command, Start
from servers.rabbitmq import Broker
from servers.valkey import Valkey

PAIR = ("--node", "pump1", "--client", "alice")
STARTED = ("send", "transfer", "--state", "started", *PAIR)
DONE = ("send", "transfer", "--state", "done", *PAIR)


def in_flight(valkey: Valkey) -> list[Flown]:
    """Return what is in flight now."""
    now = wall_clock()
    with StoreReader(parse_address(valkey.url), 5.0) as store:
        return in_flight_at(store, now, now).flown


def test_a_transfer_is_in_flight_from_the_one_to_the_other(
    valkey: Valkey, tmp_path: Path, command: Command, start: Start
) -> None:
    """The end finds its beginning by node and name; other transfers go on."""
    url = f"unix://{tmp_path}/lines"
    path = tmp_path / "blinkenlights.toml"
    path.write_text(f'[store]\nurl = "{valkey.url}"\n[[lines]]\nlisten = "{url}"\n')
    collecting = start("collect", "--config", path)
    collecting.wait_for((tmp_path / "lines").exists, "the socket")

    for name in ("one", "two"):
        begun = command(*STARTED, "--source", "weather", "--name", name, "--to", url)
        assert begun.code == 0, begun.err
    collecting.wait_for(lambda: len(in_flight(valkey)) == 2, "both to be in flight")
    over = command(*DONE, "--name", "one", "--code", "201", "--bytes", "6451", "--to", url)

    assert over.code == 0, over.err
    assert over.out.startswith("one: delivered to unix://")
    collecting.wait_for(lambda: len(in_flight(valkey)) == 1, "the end")
    [left] = in_flight(valkey)
    assert (left.node, left.client, left.source, left.name) == ("pump1", "alice", "weather", "two")


@pytest.fixture
def queue(rabbitmq: Broker) -> str:
    """Give a queue that gets all that is published to the exchange that is ours by default."""
    with rabbitmq.channel() as channel:
        channel.exchange_declare("blinkenlights", "topic", durable=True)
        channel.queue_declare("q", durable=True)
        channel.queue_bind("q", "blinkenlights", "transfer.#")
    return "q"


def test_to_a_broker(rabbitmq: Broker, queue: str, command: Command) -> None:
    """The node stands in the routing key, and all that the options say arrives."""
    words = ("--id", "7", "--name", "a/b", "--source", "weather", "--to", rabbitmq.url)

    begun = command(*STARTED, *words)
    over = command(*DONE, *words, "--code", "499", "--bytes", "12")

    assert (begun.code, over.code) == (0, 0), begun.err + over.err
    assert "key 'transfer.pump1'" in begun.out
    first, last = (parse(body, "transfer.pump1") for body in rabbitmq.fetch(queue))
    assert isinstance(first, Started)
    assert isinstance(last, Transfer)
    assert (first.node, first.id, first.name, first.source) == ("pump1", "7", "a/b", "weather")
    assert (last.node, last.id, last.code, last.size) == ("pump1", "7", 499, 12)
    assert first.event <= last.event


def test_a_key_of_sarracenia_is_refused(tmp_path: Path, command: Command) -> None:
    """A collector would take it for a post and skip it, though the broker delivered it."""
    path = tmp_path / "blinkenlights.toml"
    path.write_text(
        '[[amqp]]\nurl = "amqp://u:p@127.0.0.1:1/"\nexchange = "xreport"\n'
        'keys = ["v02.report.#"]\nqueue = "q"\nkind = "transfer"\n'
    )

    found = command(*STARTED, "--name", "x", "--config", path)

    assert found.code == 2
    assert "'v02.report.pump1' a collector takes it for a post of Sarracenia" in found.err


def test_a_name_that_is_not_utf_8(rabbitmq: Broker, queue: str, command: Command) -> None:
    """A file may be called so; beginning and end call it the same, with an escape."""
    name = os.fsdecode(b"caf\xe9")

    begun = command(*STARTED, "--name", name, "--to", rabbitmq.url)
    over = command(*DONE, "--name", name, "--code", "201", "--to", rabbitmq.url)

    assert (begun.code, over.code) == (0, 0), begun.err + over.err
    first, last = map(parse, rabbitmq.fetch(queue))
    assert isinstance(first, Started)
    assert isinstance(last, Transfer)
    assert first.id == last.id == r"caf\xe9"


def test_a_password_in_a_name_is_not_shown(rabbitmq: Broker, queue: str, command: Command) -> None:
    """Neither in words nor in JSON."""
    words = (*STARTED, "--name", "ftp://u:SESAME@host/file", "--to", rabbitmq.url)

    said, for_programs = command(*words), command(*words, "--json")

    assert "ftp://u:***@host/file" in said.out
    assert json.loads(for_programs.out)["name"] == "ftp://u:***@host/file"
    assert rabbitmq.depth(queue) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param((*DONE, "--name", "x"), "wants --code", id="no-code"),
        pytest.param((*STARTED, "--name", "x", "--code", "201"), "leave them out", id="code"),
        pytest.param((*STARTED, "--name", "x", "--bytes", "0"), "leave them out", id="bytes"),
        pytest.param(STARTED, "give --id or --name", id="nothing-to-tell-it-by"),
        pytest.param((*DONE, "--id", "x" * 256, "--code", "201"), "id too long", id="long-id"),
        pytest.param((*DONE, "--id", "\x07", "--code", "201"), "id not printable", id="id"),
        pytest.param((*DONE, "--name", "x", "--code", "100"), "is no outcome", id="interim"),
        pytest.param((*DONE, "--name", "x", "--bytes", "-1"), "not a number of bytes", id="less"),
        pytest.param((*STARTED, "--name", "x", "--node", ""), "no node", id="no-node"),
        pytest.param((*STARTED, "--name", "x", "--client", ""), "no client", id="no-client"),
        pytest.param((*STARTED, "--name", "x", "--state", "gone"), "invalid choice", id="state"),
    ],
)
def test_what_cannot_be_sent(words: tuple[str, ...], said: str, command: Command) -> None:
    """An end that would not find its beginning is said before it is sent."""
    found = command(*words, "--to", "tcp://127.0.0.1:1")

    assert found.code == 2
    assert said in found.err
