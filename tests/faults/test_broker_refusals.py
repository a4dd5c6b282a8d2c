"""What a broker refuses: one sentence each in the log, and all is well after it was mended."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pika
import pytest
from pika.adapters.utils.connection_workflow import AMQPConnectorAMQPHandshakeError
from pika.exceptions import ConnectionOpenAborted

from blinkenlights.broker.refusals import refusal
from blinkenlights.clock import wall_clock
from blinkenlights.collector.amqp import amqp_address
from blinkenlights.config import AmqpConfig
from faults.chain import CRITICAL, OK, Chain, beat, later
from servers.faulty import FaultyProxy
from servers.rabbitmq import Broker
from servers.waiting import wait_until


class Mistake(NamedTuple):
    """Something that is wrong between a collector and a broker."""

    source: AmqpConfig
    sentence: str
    """What the log says of it, after the broker's address."""
    mend: Callable[[], object]


def wrong_password(chain: Chain) -> Mistake:
    url = chain.broker.add_user("forgetful", "right").replace("right", "SESAME")
    return Mistake(
        chain.source(url=url, queue="password"),
        "refuses the user or the password; mend the broker's URL or password_file",
        lambda: chain.broker.add_user("forgetful", "SESAME"),
    )


def wrong_vhost(chain: Chain, end: ExitStack) -> Mistake:
    user = chain.broker.vhost
    other = f"{user}-other"

    def make() -> None:
        made = Broker(chain.broker.server, other)
        end.callback(made.remove)
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        made.server.api("PUT", f"/permissions/{other}/{user}", everything)

    return Mistake(
        chain.source(url=f"{chain.broker.url.rpartition('/')[0]}/{other}", queue="vhost"),
        "has no such virtual host; have it made, or mend the broker's URL "
        f"(vhost {other} not found)",
        make,
    )


def no_permission(chain: Chain) -> Mistake:
    server, vhost = chain.broker.server, chain.broker.vhost
    user = f"{vhost}-limit-not-found"
    url = chain.broker.add_user(user, "right")
    server.api("DELETE", f"/permissions/{vhost}/{user}")
    return Mistake(
        chain.source(url=url, queue="outside"),
        "does not let this user into the virtual host; give it permissions there "
        f"(access to vhost '{vhost}' refused for user '{user}')",
        lambda: chain.broker.add_user(user, "right"),
    )


def too_many_connections(chain: Chain) -> Mistake:
    server, user = chain.broker.server, f"{chain.broker.vhost}-limited"
    url = chain.broker.add_user(user, "right")
    limit = f"/user-limits/{user}/max-connections"
    server.api("PUT", limit, {"value": 0})
    return Mistake(
        chain.source(url=url, queue="limited"),
        "lets nobody else in; raise that limit, or end connections that nobody needs "
        f"(connection refused for user '{user}': user connection limit (0) is reached)",
        lambda: server.api("DELETE", limit),
    )


def other_type(chain: Chain) -> Mistake:
    declare(chain, "other-type", "fanout")

    def remove() -> None:
        with chain.broker.channel() as channel:
            channel.exchange_delete("other-type")

    return Mistake(
        chain.source(exchange="other-type", queue="type"),
        "refuses: PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'other-type' in "
        f"vhost '{chain.broker.vhost}': received 'topic' but current is 'fanout'; "
        "set type to what it is, or passive = true",
        remove,
    )


def missing_exchange(chain: Chain) -> Mistake:
    return Mistake(
        chain.source(exchange="theirs", passive=True, queue="passive"),
        f"refuses: NOT_FOUND - no exchange 'theirs' in vhost '{chain.broker.vhost}'; "
        "have it made, or set passive = false",
        lambda: declare(chain, "theirs", "topic"),
    )


def exclusive_queue(chain: Chain) -> Mistake:
    connection = pika.BlockingConnection(pika.URLParameters(chain.broker.url))
    connection.channel().queue_declare("exclusive", exclusive=True)
    return Mistake(
        chain.source(queue="exclusive"),
        "refuses: RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'exclusive' "
        f"in vhost '{chain.broker.vhost}'; "
        "name another queue, or end the connection that has it for itself",
        connection.close,
    )


def closed_port(chain: Chain, proxy: FaultyProxy) -> Mistake:
    proxy.refuse()
    return Mistake(
        chain.source(url=through(chain, proxy), queue="port"),
        "cannot be reached: Connection refused",
        proxy.heal,
    )


def wrong_port(chain: Chain, port: int, scheme: str, sentence: str) -> Mistake:
    """Return one that cannot be mended from our side; its configuration is wrong."""
    url = chain.broker.url.replace(f":{chain.broker.server.port}/", f":{port}/")
    url = url.replace("amqp://", f"{scheme}://")
    return Mistake(chain.source(url=url, queue=f"{scheme} at {port}"), sentence, lambda: None)


def declare(chain: Chain, exchange: str, kind: str) -> None:
    with chain.broker.channel() as channel:
        channel.exchange_declare(exchange, kind, durable=True)


def through(chain: Chain, proxy: FaultyProxy) -> str:
    """Return the broker's URL by way of a proxy."""
    return chain.broker.url.replace(f":{chain.broker.server.port}/", f":{proxy.port}/")


@pytest.fixture
def end() -> Iterator[ExitStack]:
    """Give something that does at the end what it is told."""
    with ExitStack() as stack:
        yield stack


def test_each_mistake_is_said_in_one_sentence_and_can_be_mended(
    end: ExitStack, chain: Chain, faulty_proxy: Callable[[int], FaultyProxy]
) -> None:
    """What is right works meanwhile; what is mended begins to work by itself."""
    mistakes = [
        wrong_password(chain),
        wrong_vhost(chain, end),
        no_permission(chain),
        too_many_connections(chain),
        other_type(chain),
        missing_exchange(chain),
        exclusive_queue(chain),
        closed_port(chain, faulty_proxy(chain.broker.server.port)),
    ]
    collector = chain.start(
        chain.config(amqp=[chain.source(), *(mistake.source for mistake in mistakes)])
    )

    collector.wait_for_log(f"consuming {amqp_address(chain.source())}")
    chain.publish(beat("component", wall_clock()))
    for mistake in mistakes:
        address = amqp_address(mistake.source)
        line = collector.wait_for_log(f"{address} fails: ")
        expected = f"warning: {address} fails: {mistake.sentence}; connecting again"
        assert line == expected
    wait_until(lambda: "component" in chain.facts(), "the source that is right to work")
    for mistake in mistakes:
        mistake.mend()
    for mistake in mistakes:
        collector.wait_for_log(f"{amqp_address(mistake.source)} works again")

    assert len(collector.logged("fails: ")) == len(mistakes)
    assert "SESAME" not in "\n".join(collector.log)
    wait_until(lambda: chain.ask("collector").code == OK, "all sources to be heard")


def test_a_port_where_something_else_listens(chain: Chain) -> None:
    """The sentence says what is missing there, and what to look at."""
    server = chain.broker.server
    no_amqp = "does not speak AMQP; is the port right, and is it amqp:// or amqps://?"
    no_tls = "does not speak TLS with us (WRONG_VERSION_NUMBER); is the port right for amqps://?"
    mistakes = [
        wrong_port(chain, server.api_port, "amqp", no_amqp),
        wrong_port(chain, server.tls_port, "amqp", no_amqp),
        wrong_port(chain, server.port, "amqps", no_tls),
    ]

    collector = chain.start(chain.config(amqp=[mistake.source for mistake in mistakes]))

    for mistake in mistakes:
        line = collector.wait_for_log(f"{amqp_address(mistake.source)} fails: ")
        assert line.endswith(f" fails: {mistake.sentence}; connecting again")


def test_a_port_that_hangs() -> None:
    """What pika raises when nothing answers is said as that."""
    hung = AMQPConnectorAMQPHandshakeError(ConnectionOpenAborted("Timeout while setting up AMQP"))

    said = "the broker takes the connection, and does not answer in time"
    assert str(refusal(hung, "the broker")) == said


def test_attempts_become_rarer(chain: Chain, faulty_proxy: Callable[[int], FaultyProxy]) -> None:
    """A broker that lets us in and then refuses is not asked again and again without a pause."""
    proxy = faulty_proxy(chain.broker.server.port)
    chain.start(
        chain.config(
            amqp=[chain.source(url=through(chain, proxy), exchange="missing", passive=True)]
        )
    )
    wait_until(lambda: proxy.connections == 1, "the first attempt")
    begun = wall_clock()

    wait_until(lambda: proxy.connections == 4, "three more")

    # Pauses of 0.5, 1 and 2 seconds, each shortened by up to half.
    assert wall_clock() - begun > 1.7


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"x-max-length": 5000}, id="bounded"),
        pytest.param({"x-queue-type": "quorum"}, id="quorum"),
        pytest.param({"x-message-ttl": 3_600_000}, id="with an age limit"),
    ],
)
def test_queues_with_other_arguments_are_taken_as_they_are(
    chain: Chain, arguments: dict[str, object]
) -> None:
    """An administrator may have made both queues otherwise than we would have."""
    source = chain.source()
    with chain.broker.channel() as channel:
        for queue in (source.queue, source.rejected_queue):
            channel.queue_declare(queue, durable=True, arguments=arguments)

    collector = chain.consume()
    chain.publish(beat("component", wall_clock()), b"rubbish")

    wait_until(lambda: "component" in chain.facts(), "the heartbeat to be stored")
    wait_until(lambda: chain.broker.depth(source.rejected_queue) == 1, "the rubbish to be kept")
    assert collector.logged("warning") == []


def test_what_the_check_says_of_a_refusal(chain: Chain) -> None:
    """check_collector quotes the sentence once the source was not heard for its limit."""
    chain.start(chain.config(amqp=[chain.source(exchange="theirs", passive=True)]))
    wait_until(lambda: chain.report() and "refuses" in chain.source_report().error, "the refusal")

    # Not so far ahead that the collector itself seems to be down.
    said = chain.ask("collector", "-w", "10s", "-c", "20s", clock=later(25))

    assert said.code == CRITICAL
    address = amqp_address(chain.source())
    assert re.fullmatch(
        rf"COLLECTOR CRITICAL: as of 2\ds ago: {address} not heard for 2\ds \(refuses: "
        r"NOT_FOUND - no exchange 'theirs' in vhost '.*', have it made, or set passive = false\), "
        "limit 20s",
        said.line,
    ), said
