"""Metrics that are posted in the forms of others, by their real client too."""

import pytest
from influxdb_client import InfluxDBClient, Point
from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.write_api import SYNCHRONOUS

from servers.series import values_in
from servers.simulation import Simulation
from servers.valkey import Valkey
from web.conftest import Serve
from web.serving import Serving


@pytest.fixture
def web(serve: Serve) -> Serving:
    """Give a server that takes what is posted."""
    return serve(post=True)


@pytest.fixture
def writer(web: Serving) -> str:
    """Give a token for writing."""
    return web.token("writer", "write")


def client(web: Serving, token: str, *, zipped: bool = False) -> InfluxDBClient:
    """Return the client of InfluxDB's makers."""
    return InfluxDBClient(
        f"http://127.0.0.1:{web.port}", token, org="any", enable_gzip=zipped, timeout=20_000
    )


@pytest.mark.parametrize("zipped", [False, True])
def test_a_client_of_influxdb_writes_points(
    web: Serving, writer: str, valkey: Valkey, *, zipped: bool
) -> None:
    """It wants another address, and nothing else."""
    points = [Point("cpu").tag("host", "h").field("usage", 1.5), Point("mem").field("free", 7)]

    with client(web, writer, zipped=zipped) as influx:
        influx.write_api(write_options=SYNCHRONOUS).write("any", record=points)

    assert values_in(valkey) == {"cpu.usage@h": 1.5, "mem.free": 7.0}


def test_a_client_of_influxdb_is_told_which_line_is_refused(
    web: Serving, writer: str, valkey: Valkey
) -> None:
    """The others are stored."""
    with client(web, writer) as influx, pytest.raises(InfluxDBError, match="line 2: not line"):
        influx.write_api(write_options=SYNCHRONOUS).write("any", record=["a v=1", "bad", "b v=2"])

    assert values_in(valkey) == {"a.v": 1.0, "b.v": 2.0}


def test_a_client_of_influxdb_without_the_right_token_writes_nothing(
    web: Serving, valkey: Valkey
) -> None:
    """A token for reading does not write, whatever it is sent as."""
    reader = web.token("reader", "read")
    for token in (reader, "guessed"):
        with client(web, token) as influx, pytest.raises(InfluxDBError, match="token"):
            influx.write_api(write_options=SYNCHRONOUS).write("any", record="a v=1")

    assert values_in(valkey) == {}


def test_the_first_influxdb_is_answered_too(web: Serving, writer: str, valkey: Valkey) -> None:
    """Database and precision are in the query."""
    answer = web.post("/write?db=telegraf&precision=s", "cpu,host=h value=3", writer)

    assert (answer.status, answer.body) == (204, b"")
    assert values_in(valkey) == {"cpu@h": 3.0}
    assert web.post("/write?precision=h", "cpu value=3 1", writer).status == 400


def test_lines_of_statsd_are_stored_one_by_one(
    web: Serving, writer: str, simulation: Simulation, valkey: Valkey
) -> None:
    """The answer is that of all that is posted."""
    del simulation
    answer = web.post("/api/v1/metric/statsd", "hits:2|c\nbad\nload:3|g|#host:h", writer)

    assert answer.status == 422
    assert (answer.json["stored"], answer.json["rejected"]) == (2, 1)
    assert answer.json["lines"][0]["reason"] == "not statsd"
    assert values_in(valkey) == {"hits": 2.0, "load@h": 3.0}
