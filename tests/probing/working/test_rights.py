"""What the user of a worker may do at the broker, as `broker setup --location` makes it."""

from collections.abc import Callable
from pathlib import Path

import pika
import pika.exceptions
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from blinkenlights.commands.broker.applying import apply
from blinkenlights.commands.broker.management import Management
from blinkenlights.commands.broker.plan_of_workers import plan_of_workers
from blinkenlights.errors import UsageError
from blinkenlights.probing.jobs import routes
from probing.site import Answering
from probing.working.conftest import MakeWorker
from probing.working.driver import EXCHANGE, Driver
from servers.rabbitmq import Broker
from servers.waiting import wait_until

OWN = routes.queue_of_worker("dc-2", "w1")
Try = Callable[[BlockingChannel], object]


def set_up(rabbitmq: Broker, passwords: Path, user: str) -> str:
    """Make what there has to be; returns the URL of a user."""
    api = Management(f"http://127.0.0.1:{rabbitmq.server.api_port}", "admin", "admin")
    plan = plan_of_workers(rabbitmq.vhost, EXCHANGE, ["dc-2", "dc-3"])
    list(apply(plan, api, passwords, replace=True))
    # Users outlive the virtual host of a test, and so would the password of the first one.
    rabbitmq.server.api("PUT", f"/users/{user}", {"password": "secret", "tags": ""})
    return f"amqp://{user}:secret@127.0.0.1:{rabbitmq.server.port}/{rabbitmq.vhost}"


@pytest.fixture
def url(rabbitmq: Broker, tmp_path: Path) -> str:
    """Give the URL of the user of workers at dc-2."""
    return set_up(rabbitmq, tmp_path, "blinkenlights-worker-dc-2")


@pytest.fixture
def url_of_scheduler(rabbitmq: Broker, tmp_path: Path) -> str:
    """Give the URL of the user of schedulers."""
    return set_up(rabbitmq, tmp_path, "blinkenlights-scheduler")


def test_a_worker_works_with_them(
    rabbitmq: Broker, url: str, make_worker: MakeWorker, server: Answering
) -> None:
    """It needs no more."""
    driver = Driver(rabbitmq, "dc-2")
    try:
        (name,) = driver.read(f"127.0.0.1:{server.port}/health: {{every: 60s, location: dc-2}}")
        make_worker("w1", url=url, workers='location = "dc-2"')
        driver.wait_until_ready("w1")
        driver.wait_for([driver.send(name)])
    finally:
        driver.close()

    assert [each.location for each in driver.results()] == ["dc-2"]


def publish(key: str, exchange: str = EXCHANGE) -> Try:
    """Return what publishes there, and waits for the broker's answer."""

    def attempt(channel: BlockingChannel) -> None:
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, b"{}")

    return attempt


def bind(key: str) -> Try:
    """Return what binds a queue of one's own to a key."""

    def attempt(channel: BlockingChannel) -> None:
        channel.queue_declare(OWN, exclusive=True)
        channel.queue_bind(OWN, EXCHANGE, key)

    return attempt


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(publish("job.dc-2"), id="send jobs"),
        pytest.param(publish("worker.dc-2.w2"), id="send jobs to one worker"),
        pytest.param(publish("sheet.dc-2"), id="pass for a scheduler"),
        pytest.param(publish("result.dc-3"), id="publish results of elsewhere"),
        pytest.param(publish("blinkenlights.probe.jobs.dc-2", ""), id="send jobs to the queue"),
        pytest.param(lambda c: c.basic_get(routes.RESULTS), id="read results"),
        pytest.param(lambda c: c.basic_get(routes.JOBS + "dc-3"), id="read jobs of elsewhere"),
        pytest.param(bind("result.#"), id="hear results"),
        pytest.param(bind("#"), id="hear everything"),
        pytest.param(bind("worker.dc-3.w1"), id="hear what is for workers elsewhere"),
        pytest.param(bind("report.dc-2"), id="hear reports"),
        pytest.param(lambda c: c.queue_delete(routes.JOBS + "dc-2"), id="delete its queue"),
        pytest.param(lambda c: c.queue_declare("mine"), id="make other queues"),
    ],
)
def test_a_worker_may_not(url: str, attempt: Try) -> None:
    """Each is refused by the broker."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            attempt(channel)


@pytest.mark.parametrize(
    "attempt",
    [publish("result.dc-2"), publish("report.dc-2"), bind("sheet.dc-2"), bind("worker.dc-2.w1")],
)
def test_a_worker_may(url: str, attempt: Try) -> None:
    """What it is there for, so that the refusals above are no accident."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        attempt(connection.channel())


def test_what_a_worker_has_sent_on_to_another_location_changes_nothing_there(
    rabbitmq: Broker, url: str, make_worker: MakeWorker, server: Answering
) -> None:
    """The broker looks at no key when it sends on what has expired: old times come to dc-3."""
    here, there = Driver(rabbitmq, "dc-2"), Driver(rabbitmq, "dc-3")
    here.ahead, here.epoch = -3_600.0, 7
    try:
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            channel = connection.channel()
            sent_on = {
                "x-message-ttl": 0,
                "x-dead-letter-exchange": EXCHANGE,
                "x-dead-letter-routing-key": "sheet.dc-3",
            }
            channel.queue_declare(OWN, exclusive=True, arguments=sent_on)
            channel.queue_bind(OWN, EXCHANGE, "sheet.dc-2")
            seen = there.hears("sheet.dc-3")
            wait_until(lambda: any(b'"dc-2"' in each for each in seen), "one to be sent on")
            (name,) = there.read(f"127.0.0.1:{server.port}/x: {{every: 60s, location: dc-3}}")
            make_worker("w1", workers='location = "dc-3"')
            there.wait_until_ready("w1")
            wait_until(lambda: len(seen) > 30, "many to be sent on")
            there.wait_for([there.send(name)])
            report = there.last("w1")
    finally:
        here.close()
        there.close()

    assert report is not None
    assert abs(report.ahead) < 1


def test_a_scheduler_may_do_what_it_is_there_for(url_of_scheduler: str) -> None:
    """Make what is not there yet, hear reports, send jobs, and read results."""
    with pika.BlockingConnection(pika.URLParameters(url_of_scheduler)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        for queue, key in ((routes.JOBS + "dc-9", "job.dc-9"), (routes.RESULTS, "result.#")):
            channel.queue_declare(queue, durable=True)
            channel.queue_bind(queue, EXCHANGE, key)
        own = routes.OWN + "scheduler.1"
        channel.queue_declare(own, exclusive=True, auto_delete=True)
        channel.queue_bind(own, EXCHANGE, "report.#")
        for key in ("job.dc-9", "sheet.dc-9", "worker.dc-9.w1"):
            channel.basic_publish(EXCHANGE, key, b"{}")
        channel.basic_get(own)
        channel.basic_get(routes.RESULTS)
        channel.queue_declare("blinkenlights.rejected", durable=True)
        channel.basic_publish("", "blinkenlights.rejected", b"{}")


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda c: c.queue_declare("mine"), id="make other queues"),
        pytest.param(lambda c: c.exchange_declare("mine"), id="make other exchanges"),
        pytest.param(publish("x", "amq.topic"), id="publish elsewhere"),
        pytest.param(lambda c: c.basic_get("blinkenlights.rejected"), id="read what was refused"),
    ],
)
def test_a_scheduler_may_not(url_of_scheduler: str, attempt: Try) -> None:
    """Each is refused by the broker."""
    with pika.BlockingConnection(pika.URLParameters(url_of_scheduler)) as connection:
        channel = connection.channel()
        channel.queue_declare("blinkenlights.rejected", durable=True)
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            attempt(channel)


def test_locations_whose_rights_would_overlap_are_refused() -> None:
    """Rights go by what names begin with."""
    with pytest.raises(UsageError, match=r"workers of dc could read what is for workers of dc\.a"):
        plan_of_workers("/", EXCHANGE, ["dc", "dc.a"])
