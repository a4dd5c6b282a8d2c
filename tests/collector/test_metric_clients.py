"""Metrics of real clients, by real sockets: numbat's emitters, statsd's, and a queue."""

import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pika
import pytest
from statsd import StatsClient, TCPStatsClient

from blinkenlights.clock import wall_clock
from blinkenlights.config import AmqpConfig, Config, LinesConfig
from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.metric.settings import MetricConfig
from collector.running import RunningCollector, SettableClock, Stored, config
from servers import clients
from servers.rabbitmq import Broker
from servers.series import series_in, values_in
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]


def wait_for(valkey: Valkey, wanted: dict[str, float]) -> None:
    """Wait until the newest values are these."""
    wait_until(lambda: wanted.items() <= values_in(valkey).items(), f"{wanted} to be stored", 20)


@pytest.fixture
def listen(
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    tmp_path: Path,
    free_port: Callable[[], int],
) -> Callable[..., str]:
    """Give a function that has a collector listen for metrics of a form, and gives its place."""

    def listen_for(form: str, scheme: str, flush: int = 1) -> str:
        place = f"{tmp_path}/s" if scheme == "unix" else f"127.0.0.1:{free_port()}"
        source = LinesConfig(listen=f"{scheme}://{place}", kind="metric", format=form)
        collect(flushing(config(valkey.url, lines=[source]), flush))
        stored.wait_until_caught_up()
        return place

    return listen_for


def flushing(made: Config, seconds: int) -> Config:
    """Return a configuration with another time over which lines of statsd are counted."""
    return msgspec.structs.replace(made, of_kinds=[MetricConfig(flush=seconds)])


@pytest.mark.parametrize("scheme", ["tcp", "udp", "unix"])
def test_events_of_numbat_emitter_are_stored(
    listen: Callable[..., str], valkey: Valkey, scheme: str
) -> None:
    """It puts its app before each name, and host and node beside it."""
    place = listen("numbat", scheme)
    uri = f"socket:{place}" if scheme == "unix" else f"{scheme}://{place}"
    events = [
        {"name": "latency", "value": 30, "verb": "GET", "status": "warning"},
        {"name": "disk.used", "value": 36.5},
        {"name": "heartbeat", "ttl": 16000},
    ]

    clients.emit(uri, events)

    wait_until(lambda: len(series_in(valkey)) == 3, "three series", 20)
    found = {identity_of(name).name: facts for name, facts in series_in(valkey).items()}
    assert {name: facts.value for name, facts in found.items()} == {
        "www.latency": 30.0,
        "www.disk.used": 36.5,
        "www.heartbeat": 1.0,
    }
    assert found["www.latency"].status == "warning"
    assert found["www.heartbeat"].ttl == 16.0
    host, node = socket.gethostname(), "www-1"
    assert f"www.latency@{host}{{node={node},verb=GET}}" in series_in(valkey)


def test_a_process_that_numbat_process_watches_is_stored(
    listen: Callable[..., str], valkey: Valkey
) -> None:
    """All that its documentation promises, but for what is left of it in this version."""
    clients.monitor(f"tcp://{listen('numbat', 'tcp')}")

    wanted = {"worker.memory.rss", "worker.memory.heapUsed", "worker.js.eventloop"}
    wait_until(
        lambda: wanted <= {identity_of(name).name for name in series_in(valkey)}, f"{wanted}", 20
    )


def test_events_of_numbat_emitter_as_statsd_are_counted(
    listen: Callable[..., str], valkey: Valkey
) -> None:
    """The same emitter speaks statsd where its URI says so."""
    place = listen("statsd", "udp")

    clients.emit(f"statsd://{place}", [{"name": "hits", "count": 2}, {"name": "load", "value": 3}])

    wait_until(lambda: len(series_in(valkey)) == 2, "two series", 20)
    found = {identity_of(name).name: facts.value for name, facts in series_in(valkey).items()}
    assert found == {"www.hits": 2.0, "www.load": 3.0}


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_a_client_of_statsd_is_counted(
    listen: Callable[..., str], valkey: Valkey, scheme: str
) -> None:
    """Each of its calls, a pipeline with several lines in one datagram included."""
    host, port = listen("statsd", scheme).split(":")
    made = StatsClient if scheme == "udp" else TCPStatsClient

    with closing(made(host, int(port), prefix="web")) as client, client.pipeline() as pipe:
        for _ in range(5):
            pipe.incr("hits")
        pipe.decr("hits", 2)
        pipe.timing("page", 320)
        pipe.gauge("queue", 10)
        pipe.gauge("queue", -3, delta=True)
        pipe.set("users", "ann")
        pipe.set("users", "bob")

    wait_for(
        valkey,
        {"web.hits": 3.0, "web.page.p95": 320.0, "web.queue": 7.0, "web.users": 2.0},
    )


def test_a_gauge_goes_on_from_its_value_after_a_restart(
    collect: Collect, valkey: Valkey, stored: Stored, free_port: Callable[[], int]
) -> None:
    """Its value is in the store, so a sign is enough."""
    port = free_port()
    source = LinesConfig(listen=f"udp://127.0.0.1:{port}", kind="metric", format="statsd")
    made = flushing(config(valkey.url, lines=[source]), 1)
    first = collect(made)
    stored.wait_until_caught_up()
    with closing(StatsClient("127.0.0.1", port)) as client:
        client.gauge("queue", 40)
    wait_for(valkey, {"queue": 40.0})
    first.stop()

    collect(made)
    stored.wait_until_caught_up(after=wall_clock())
    with closing(StatsClient("127.0.0.1", port)) as client:
        client.gauge("queue", -15, delta=True)

    wait_for(valkey, {"queue": 25.0})


def test_what_was_gathered_is_handed_on_when_the_collector_is_told_to_stop(
    collect: Collect, valkey: Valkey, stored: Stored, free_port: Callable[[], int]
) -> None:
    """However long it was until the next flush."""
    port = free_port()
    source = LinesConfig(listen=f"tcp://127.0.0.1:{port}", kind="metric", format="statsd")
    running = collect(flushing(config(valkey.url, lines=[source]), 25))
    stored.wait_until_caught_up()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"hits:4|c\n")

    running.stop()

    assert values_in(valkey) == {"hits": 4.0}


def test_the_watermark_stays_where_everything_is_handed_on(
    collect: Collect, valkey: Valkey, stored: Stored, free_port: Callable[[], int]
) -> None:
    """So what a collector that is killed had gathered lies in the gap that follows."""
    clock = SettableClock()
    port = free_port()
    source = LinesConfig(listen=f"udp://127.0.0.1:{port}", kind="metric", format="statsd")
    began = wall_clock()
    collect(flushing(config(valkey.url, lines=[source]), 25), clock)
    stored.wait_until_caught_up()

    wait_until(lambda: (stored.report() or {"beat": 0})["beat"] > began + 3, "three seconds", 20)

    source_report = stored.source()
    assert source_report is not None
    assert source_report["watermark"] < began + 2


@pytest.fixture
def queued(rabbitmq: Broker, valkey: Valkey, collect: Collect, stored: Stored) -> Broker:
    """Give a broker from which a collector takes lines of statsd and of InfluxDB."""
    tables = [
        AmqpConfig(
            url=rabbitmq.url,
            exchange="metrics",
            keys=[f"{form}.#"],
            queue=f"blinkenlights.{form}",
            kind="metric",
            format=form,
        )
        for form in ("statsd", "influx")
    ]
    collect(config(valkey.url, tables))
    stored.wait_until_caught_up()
    return rabbitmq


def test_bodies_of_queues_are_counted_one_by_one(queued: Broker, valkey: Valkey) -> None:
    """What is refused of one goes to the queue of rejected messages by itself."""
    sent = pika.BasicProperties(timestamp=int(wall_clock()))
    with queued.channel() as channel:
        channel.basic_publish("metrics", "statsd.a", b"hits:1|c\nbad\nhits:1|c\n", sent)
        channel.basic_publish("metrics", "influx.a", b"cpu,host=h u=1,v=2\ncpu,host=i u=3\n", sent)

    wait_for(valkey, {"hits": 2.0, "cpu.u@h": 1.0, "cpu.v@h": 2.0, "cpu.u@i": 3.0})
    wait_until(lambda: queued.depth("blinkenlights.rejected") == 1, "the bad line", 20)
    assert queued.fetch("blinkenlights.rejected") == [b"bad"]


def test_each_new_name_of_a_body_that_has_no_room_is_refused_by_itself(
    rabbitmq: Broker, valkey: Valkey, collect: Collect, stored: Stored
) -> None:
    """The others of the same body are stored."""
    table = AmqpConfig(
        url=rabbitmq.url, exchange="metrics", keys=["#"], queue="q", kind="metric", format="influx"
    )
    collect(config(valkey.url, [table], max_names=3))
    stored.wait_until_caught_up()
    now = int(wall_clock())
    body = b"".join(b"cpu,core=%d u=1 %d\n" % (core, now) for core in range(5))

    with rabbitmq.channel() as channel:
        channel.basic_publish("metrics", "a", body)

    wait_until(lambda: stored.count("rejected:too many names") == 2, "two names", 20)
    assert len(series_in(valkey)) == 3
