"""The prober within `blinkenlights up`, and alone."""

import json
from pathlib import Path
from typing import Any

from blinkenlights.kinds.endpoint import keys
from commands.calling import Start
from commands.test_up import store, up
from probing.site import Answering
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

SHOP = "shop:\n  url: http://127.0.0.1:PORT/health\n  every: 1s\n"


def test_up_probes_where_a_folder_is_configured(state: Path, start: Start) -> None:
    """What it finds is in its own store, by the way of all signals."""
    server = Answering()
    folder = state / "endpoints"
    folder.mkdir()
    (folder / "shop.yml").write_text(SHOP.replace("PORT", str(server.port)))
    config = state / "blinkenlights.toml"
    config.write_text(f'[probe]\nendpoints = "{folder}"\nname = "p1"\n')

    running = up(start, state, "--config", config)
    running.wait_for(lambda: "1 endpoint in 1 file" in running.err, "the files to be read")
    with store(state) as client:
        text = wait_until(lambda: client.hget(keys.FACTS, "shop"), "the first result")
        reports = wait_until(lambda: client.hgetall(keys.PROBERS), "the first report")

    assert keys.parse_facts(str(text)).level == 0
    assert set(reports) == {"p1"}
    assert running.end() == 0
    server.close()


def test_up_with_a_broker_is_a_scheduler_with_two_workers(
    state: Path, start: Start, rabbitmq: Broker
) -> None:
    """Both workers make probes, the results come back by the broker, and all end in good order."""
    server = Answering()
    folder = state / "endpoints"
    folder.mkdir()
    (folder / "shop.yml").write_text(
        "".join(SHOP.replace("shop", f"s{n}").replace("PORT", str(server.port)) for n in range(6))
    )
    config = state / "blinkenlights.toml"
    config.write_text(
        f'[probe]\nendpoints = "{folder}"\nname = "p1"\n'
        f'[workers]\nbroker = "{rabbitmq.url}"\nname = "w"\n'
    )

    running = up(start, state, "--config", config)
    with store(state) as client:

        def report() -> dict[str, Any]:
            text = client.hget(keys.PROBERS, "p1")
            return json.loads(str(text).split(" ", 2)[2]) if text else {}

        def both_ran() -> bool:
            locations = report().get("locations") or [{}]
            workers = locations[0].get("workers", [])
            return len(workers) == 2 and all(each.get("run") for each in workers)

        running.wait_for(both_ran, "both workers to make probes", 40)
        text = wait_until(lambda: client.hget(keys.FACTS, "s0"), "the first result")
        [location] = report()["locations"]

    assert keys.parse_facts(str(text)).level == 0
    assert {each["name"] for each in location["workers"]} == {"w-1", "w-2"}
    assert running.end() == 0
    assert "Traceback" not in running.err
    server.close()


def test_alone_it_waits_for_a_folder_that_is_not_there(
    valkey: Valkey, start: Start, tmp_path: Path
) -> None:
    """It says which, goes on, and ends in good order."""
    config = tmp_path / "blinkenlights.toml"
    config.write_text(f'[store]\nurl = "{valkey.url}"\n')
    away = tmp_path / "away"

    prober = start("probe", "--endpoints", away, "--config", config)
    prober.wait_for(lambda: "the folder cannot be read" in prober.err, "its warning")
    away.mkdir()
    (away / "shop.yml").write_text(SHOP.replace("PORT", "1"))
    prober.wait_for(lambda: "1 endpoint in 1 file" in prober.err, "the files to be read")

    assert str(away) in prober.err
    assert prober.end() == 0
    assert "Traceback" not in prober.err
