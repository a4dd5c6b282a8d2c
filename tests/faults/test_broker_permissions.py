"""The users in docs/security.md can do at the broker what they are for, and nothing else."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pika
import pika.exceptions
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from faults.chain import EXCHANGE, KEY, QUEUE, REJECTED, Chain, beat
from servers.waiting import wait_until

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
OWN = "A collector with an exchange of its own"
OTHERS = "A collector on an exchange of others"
NOTHING = "A collector that may make nothing"
SENDERS = "Senders"
VUMI = "vumi.health"
NONE = "^$"


class Rights(NamedTuple):
    """What a user may configure, write and read: regular expressions."""

    configure: str
    write: str
    read: str


def commands(heading: str, command: str) -> list[str]:
    """Return the words after the virtual host of a `rabbitmqctl` line under a heading."""
    section = DOCUMENTED.partition(f"### {heading}\n")[2].partition("\n#")[0]
    line = re.search(rf"^    rabbitmqctl {command} -p / (.*)$", section, re.MULTILINE)
    assert line is not None, heading
    return shlex.split(line[1])


def rights(heading: str) -> Rights:
    return Rights(*commands(heading, "set_permissions")[1:])


def admit(chain: Chain, given: Rights) -> str:
    """Return the URL of a user with these rights in the test's virtual host."""
    return chain.broker.add_user(f"user-{chain.broker.vhost}", "secret", **given._asdict())


def make(chain: Chain, exchange: str, *queues: str) -> None:
    """Make an exchange and queues, as their owner would."""
    with chain.broker.channel() as channel:
        channel.exchange_declare(exchange, "topic", durable=True)
        for queue in queues:
            channel.queue_declare(queue, durable=True)


@pytest.mark.parametrize(
    ("heading", "exchange", "queues"),
    [
        pytest.param(OWN, "", (), id="own exchange"),
        pytest.param(OTHERS, VUMI, (), id="exchange of others"),
        pytest.param(NOTHING, EXCHANGE, (QUEUE, REJECTED), id="all made beforehand"),
    ],
)
def test_a_collector_can_do_its_work(
    chain: Chain, heading: str, exchange: str, queues: tuple[str, ...]
) -> None:
    """With exactly the documented rights it stores, dead-letters, and has nothing to warn of."""
    if exchange:
        make(chain, exchange, *queues)
    source = chain.source(
        url=admit(chain, rights(heading)),
        exchange=exchange or EXCHANGE,
        passive=bool(exchange),
    )
    collector = chain.consume(chain.config(amqp=[source]))

    chain.broker.publish(source.exchange, KEY, [beat("component", wall_clock()), b"rubbish"])

    wait_until(lambda: "component" in chain.facts(), "the heartbeat to be stored")
    wait_until(lambda: chain.broker.depth(REJECTED) == 1, "the rubbish to be dead-lettered")
    wait_until(lambda: chain.broker.unfinished(QUEUE) == 0, "both to be acknowledged")
    assert chain.broker.fetch(REJECTED) == [b"rubbish"]
    assert collector.logged("warning") == []


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        pytest.param(
            {"configure": NONE},
            f"access to queue '{QUEUE}' in vhost '%s' refused for user 'user-%s'; "
            "permit this user to configure it, or have it made",
            id="configure queue",
        ),
        pytest.param(
            {"configure": r"^blinkenlights\."},
            f"access to exchange '{EXCHANGE}' in vhost '%s' refused for user 'user-%s'; "
            "permit this user to configure it, or set passive = true",
            id="configure exchange",
        ),
        pytest.param(
            {"write": r"^amq\.default$"},
            f"access to queue '{QUEUE}' in vhost '%s' refused for user 'user-%s'; "
            "permit this user to write to the queue and to read from the exchange",
            id="write queue",
        ),
        pytest.param(
            {"read": r"^blinkenlights\.heartbeat$"},
            f"access to exchange '{EXCHANGE}' in vhost '%s' refused for user 'user-%s'; "
            "permit this user to write to the queue and to read from the exchange",
            id="read exchange",
        ),
        pytest.param(
            {"read": "^blinkenlights$"},
            f"access to queue '{QUEUE}' in vhost '%s' refused for user 'user-%s'; "
            "permit this user to read from it",
            id="read queue",
        ),
    ],
)
def test_a_right_that_is_missing(chain: Chain, missing: dict[str, str], sentence: str) -> None:
    """Each right is needed; without it the log says once what to permit, and then it recovers."""
    given = rights(OWN)
    source = chain.source(url=admit(chain, given._replace(**missing)))
    vhost = chain.broker.vhost
    said = sentence.replace("%s", vhost)

    collector = chain.start(chain.config(amqp=[source]))

    line = collector.wait_for_log("fails: ")
    address = f"127.0.0.1:{chain.broker.server.port}/{vhost}"
    # The address stands there once. Newer brokers also say which right: "configure access to ...".
    assert re.fullmatch(
        rf"warning: {QUEUE} at {address} fails: refuses: "
        rf"ACCESS_REFUSED - (configure |write |read )?{re.escape(said)}; connecting again",
        line,
    ), line
    admit(chain, given)
    collector.wait_for_log("works again")
    assert len(collector.logged("fails: ")) == 1


def test_rejected_messages_cannot_be_kept(chain: Chain) -> None:
    """Without the right over amq.default they are counted and acknowledged, as the log says."""
    given = rights(OWN)._replace(write=r"^blinkenlights\.heartbeat$")
    source = chain.source(url=admit(chain, given))
    collector = chain.consume(chain.config(amqp=[source]))

    chain.publish(b"rubbish", beat("component", wall_clock()), b"more rubbish")

    wait_until(lambda: chain.counters("rejected:") == {"not JSON": 2}, "both to be counted")
    wait_until(lambda: chain.broker.unfinished(QUEUE) == 0, "all to be acknowledged")
    assert "component" in chain.facts()
    assert "queue blinkenlights.rejected for rejected messages fails: " in "\n".join(collector.log)
    assert len(collector.logged("ACCESS_REFUSED")) == 1


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(lambda channel: channel.queue_declare("blinkenlights.other"), id="make"),
        pytest.param(lambda channel: channel.basic_publish(EXCHANGE, KEY, b"{}"), id="publish"),
        pytest.param(lambda channel: channel.basic_get("theirs"), id="consume"),
        pytest.param(lambda channel: channel.exchange_delete("theirs"), id="delete"),
    ],
)
def test_a_collector_can_do_nothing_else(
    chain: Chain, deed: Callable[[BlockingChannel], object]
) -> None:
    """Queues and exchanges of others are out of its reach, and so is publishing to its own."""
    make(chain, "theirs", "theirs")
    make(chain, EXCHANGE)
    url = admit(chain, rights(OWN))

    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()

        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            deed(channel)


def test_a_sender_can_do_its_work_and_nothing_else(
    chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    """It delivers to the exchange under its keys; other keys, making and consuming are refused."""
    chain.consume()
    url = admit(chain, rights(SENDERS))
    user, exchange, write, read = commands(SENDERS, "set_topic_permissions")
    assert user == commands(SENDERS, "set_permissions")[0]
    chain.broker.server.api(
        "PUT",
        f"/topic-permissions/{chain.broker.vhost}/user-{chain.broker.vhost}",
        {"exchange": exchange, "write": write, "read": read},
    )
    send = ["send", "heartbeat", "--name", "backup", "--to", url]

    delivered = main(send)
    other_key = main([*send, "--key", "status.backup"])

    assert delivered == 0
    assert other_key == 1
    # RabbitMQ 4 says which access.
    refusal = r"ACCESS_REFUSED - (write )?access to topic 'status\.backup'"
    assert re.search(refusal, capsys.readouterr().err)
    wait_until(lambda: "backup" in chain.facts(), "the heartbeat to be stored")
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().queue_declare("mine")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().basic_get(QUEUE)


def test_a_broker_that_cannot_be_watched_is_consumed_all_the_same(chain: Chain) -> None:
    """Without the right over amq.default the log says once what will not be noticed."""
    given = rights(OWN)._replace(write=r"^blinkenlights\.heartbeat$")
    source = chain.source(url=admit(chain, given))
    collector = chain.listen(chain.config(amqp=[source]))

    chain.wait_until_stored()

    [said] = collector.logged("the canary fails")
    assert said.endswith(
        "the canary fails: this user may not write to amq.default; nobody notices when this broker "
        "blocks publishers"
    )
