"""The users in docs/logs.md can do at the broker what they are for."""

import re
import shlex
from pathlib import Path

import pytest

from blinkenlights.config import AmqpConfig
from blinkenlights.transferlog.capture import Capture
from blinkenlights.transferlog.route import Route
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.conftest import Start
from transferlog.reports import EXCHANGE, body, declare, publish

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "logs.md").read_text()


def source(broker: Broker, program: str) -> AmqpConfig:
    """Return the log with the queue of a program, for a user with its documented rights."""
    user = f"blinkenlights-{program}"
    command = rf"^    rabbitmqctl set_permissions -p / {user} (.*)$"
    line = re.search(command, DOCUMENTED, re.MULTILINE)
    assert line is not None
    configure, write, read = shlex.split(line[1])
    url = broker.add_user(
        f"{broker.vhost}-{program}", "secret", configure=configure, write=write, read=read
    )
    queue = f"blinkenlights.{program}"
    return AmqpConfig(url=url, exchange=EXCHANGE, queue=queue, keys=["#"], kind="transfer")


@pytest.mark.parametrize("program", ["capture", "route"])
def test_a_program_works_with_its_documented_rights(
    program: str,
    rabbitmq: Broker,
    start: Start,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It makes its queue, takes what comes, and has nothing to warn of."""
    declare(rabbitmq, "of all")
    declare(rabbitmq, "of metpx", "log_metpx")
    log = source(rabbitmq, program)
    route = Route(log, "log_{source}", create=False)

    start(route if program == "route" else Capture(log, tmp_path))
    rabbitmq.wait_for_consumer(f"blinkenlights.{program}")
    publish(rabbitmq, [1])

    if program == "route":
        wait_until(lambda: rabbitmq.fetch("of metpx") == [body(1)], "the copy")
    else:
        files = tmp_path.glob
        wait_until(lambda: any(body(1) in file.read_bytes() for file in files("*.log")), "a line")
    wait_until(lambda: rabbitmq.unfinished(f"blinkenlights.{program}") == 0, "its end")
    assert [each for each in caplog.records if each.levelname == "WARNING"] == []
