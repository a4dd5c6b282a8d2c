"""Events of metrics a second from a TCP socket into the store, against decoding the lines alone."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from blinkenlights.clock import wall_clock
from collecting import has_stored
from progress import say
from rounds import take_turns
from servers.ports import find_free_port
from servers.process import ServerProcess, make_folder, remove_folder
from servers.valkey import Valkey
from servers.waiting import wait_until
from table import Limit, Line
from workplace import Workplace

LINES = 400_000
WANTED = {1_000: (0.15, 0.3), 50_000: (0.02, 0.04)}
"""Series -> the least ratio that is wanted, and aimed at."""
ROUNDS = 5
SECONDS = 120.0
HERE = Path(__file__).parent
_CONFIG = """\
[store]
url = "{store}"

[[lines]]
listen = "tcp://127.0.0.1:{port}"
kind = "metric"

[collector]
name = "bench"
"""


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield a line for each number of series."""
    store = workplace.store()
    for series, (least, aimed) in WANTED.items():
        say(f"metrics: {LINES:,} lines of {series:,} series, {ROUNDS} rounds")
        figures = take_turns(
            "metrics",
            ROUNDS,
            bare=partial(_bare, workplace.programs, series),
            collector=partial(_collector, workplace.programs, store, series),
        )
        yield Line(
            f"collector, {LINES:,} events of {series:,} series by TCP",
            f"{figures.median('collector'):,.0f}/s",
            f"{figures.median('bare'):,.0f}/s decoded by msgspec",
            figures.ratio("collector", "bare"),
            wanted=Limit(least=least),
            aimed=Limit(least=aimed),
        )
    store.stop()


def _sent(series: int) -> bytes:
    """Return lines as numbat-emitter sends them, of so many series in turn."""
    now = int(1000 * wall_clock())
    return b"".join(
        json.dumps(
            {
                "name": f"www.request.latency{number % series % 50}",
                "value": number % 977 / 7,
                "host": f"host-{number % series // 50:04}",
                "time": now + number // 100,
                "app": "www",
                "pid": 1234,
            },
            separators=(",", ":"),
        ).encode()
        + b"\n"
        for number in range(LINES)
    )


def _bare(programs: Path, series: int) -> float:
    lines = _sent(series)
    port = find_free_port()
    command = [str(programs / "python"), str(HERE / "bare_lines.py"), str(port), str(LINES)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        connection = _connected(port)
        began = time.monotonic()
        with connection:
            connection.sendall(lines)
            output, _ = program.communicate(timeout=SECONDS)
        return LINES / (float(output) - began)
    finally:
        program.kill()
        program.wait()


def _collector(programs: Path, store: Valkey, series: int) -> float:
    lines = _sent(series)
    store.empty()
    port = find_free_port()
    folder = make_folder("collector")
    config = folder / "blinkenlights.toml"
    config.write_text(_CONFIG.format(store=store.url, port=port))
    command = [str(programs / "blinkenlights"), "collect", "--config", str(config)]
    collector = ServerProcess(command, folder, is_ready=lambda: True, environment={})
    collector.start()
    try:
        with store.client() as client, _connected(port) as connection:
            began = time.monotonic()
            connection.sendall(lines)
            wait_until(lambda: has_stored(client, LINES, "metric"), "all to be stored", SECONDS)
            return LINES / (time.monotonic() - began)
    finally:
        collector.stop()
        remove_folder(folder)


def _connected(port: int) -> socket.socket:
    """Return a connection to a port, as soon as somebody listens there."""

    def connect() -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", port), SECONDS)
        except ConnectionRefusedError:
            return None

    found = wait_until(connect, "somebody to listen", 10)
    assert found is not None
    return found
