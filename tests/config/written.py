"""What the tests of the configuration write, and what is said of it."""

from collections.abc import Callable

import pytest

from blinkenlights.config import load
from blinkenlights.errors import ConfigError

PUBLISHED = """\
[store]
url = "redis://127.0.0.1:6379/0"

[[amqp]]
url = "amqp://guest:guest@127.0.0.1:5672/"
exchange = "blinkenlights"
type = "topic"
keys = ["heartbeat.#"]
queue = "blinkenlights.heartbeat"
kind = "heartbeat"

[[lines]]
listen = "unix:///run/blinkenlights/lines.sock"      # tcp://127.0.0.1:8421, udp://127.0.0.1:8421
"""
AMQP = PUBLISHED[PUBLISHED.index("[[amqp]]") : PUBLISHED.index("[[lines]]")]
OTHER = AMQP.replace('exchange = "blinkenlights"', 'exchange = "other"')
SECRET = "hunter2"

Write = Callable[[str], str]


def problems(path: str | None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [problem.replace(f"{path}: ", "") for problem in caught.value.problems]
