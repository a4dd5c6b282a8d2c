"""Good results go on as JSON metrics, for whoever else wants them."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from blinkenlights.config import ProbeConfig
from blinkenlights.emitting.emitter import MOST_WAITING
from blinkenlights.kinds.endpoint.message import ResultMessage, Times
from blinkenlights.kinds.metric.numbat import parser
from blinkenlights.probing.publishing import emitter, metric_of
from probing.conftest import MakeSite
from probing.test_prober import SHOP
from servers.rabbitmq import Broker
from servers.waiting import wait_until

NOW = 1_764_000_000.0


def result(endpoint: str = "shop", total: float = 0.25) -> ResultMessage:
    return ResultMessage(
        endpoint=endpoint, due=NOW, result="ok", ended=NOW + 0.5, time=Times(total=total)
    )


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """Give a port, and the lines that come there."""
    lines: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def read() -> None:
        try:
            while True:
                connection, _ = server.accept()
                with connection, connection.makefile("rb") as file:
                    lines.extend(file)
        except OSError:
            return

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], lines
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)


def test_a_result_is_a_metric_that_every_collector_takes() -> None:
    """It has the form that numbat's emitters send."""
    event = parser()(metric_of(result()), None)

    assert getattr(event, "series", "") == "probe.total{endpoint=shop,result=ok}"
    assert (getattr(event, "value", 0), getattr(event, "event", 0)) == (0.25, NOW + 0.5)


def test_metrics_are_sent_as_lines() -> None:
    """What waits at the end is sent as well."""
    with listening() as (port, lines):

        async def send() -> None:
            publisher = emitter(ProbeConfig(publish=f"tcp://127.0.0.1:{port}"))
            for number in range(1000):
                publisher.put(metric_of(result(f"shop{number}")))
            sending = asyncio.create_task(publisher.run())
            await asyncio.sleep(0)
            publisher.put(metric_of(result("last")))
            publisher.close()
            await sending

        asyncio.run(send())
        wait_until(lambda: len(lines) == 1001, "all lines")

    assert [json.loads(line)["endpoint"] for line in (lines[0], lines[-1])] == ["shop0", "last"]


def test_nobody_who_listens_costs_only_what_is_oldest() -> None:
    """It is counted, and nothing waits for it."""
    publisher = emitter(ProbeConfig(publish="tcp://127.0.0.1:1"))
    for number in range(MOST_WAITING + 7):
        publisher.put(metric_of(result(f"shop{number}")))

    assert publisher.dropped == 7


def test_metrics_are_published_to_an_exchange(make_site: MakeSite, rabbitmq: Broker) -> None:
    """Only good results: what fails is no successful ping."""
    rabbitmq.bind("metrics", "taken", "#")
    site = make_site(settings=f'publish = "{rabbitmq.url}"\npublish_exchange = "metrics"\n')
    site.write(SHOP + SHOP.replace("shop", "dead").replace("PORT", "1"))
    site.prober.start()

    taken: list[bytes] = []

    def found() -> list[bytes] | None:
        taken.extend(rabbitmq.fetch("taken"))
        return taken if len(taken) > 2 else None

    wait_until(found, "three metrics")
    site.wait_for("1 of 2 endpoints failing: dead")

    told = [json.loads(body) for body in taken]
    assert {each["endpoint"] for each in told} == {"shop"}
    assert {each["name"] for each in told} == {"probe.total"}
    assert all(0 < each["value"] < 5 for each in told)
