"""The rule that docs/autoscaling.md has, from the report of a scheduler to a receiver."""

import json
import re
import socket
from pathlib import Path
from typing import Any

from blinkenlights.clock import wall_clock
from commands.calling import Start
from servers.waiting import wait_until

PAGE = (Path(__file__).parents[2] / "docs" / "autoscaling.md").read_text("utf-8")
RULE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[-1]


def report(limit_since: float | None) -> dict[str, Any]:
    """Return what a scheduler reports now."""
    now = wall_clock()
    worker = {"name": "w1", "heard": now, "capacity": 20, "busy": 20}
    location = {
        "name": "fra",
        "endpoints": 40,
        "capacity": 20,
        "needed": 41.2,
        "waiting": 40,
        "limit_since": limit_since,
        "workers": [worker],
    }
    return {
        "kind": "probe",
        "prober": "probe-schedule",
        "timestamp": now,
        "started": now - 3600,
        "endpoints": 40,
        "capacity": 20,
        "locations": [location],
    }


def test_a_receiver_is_told_of_the_scaling_limit_and_of_its_end(
    start: Start, state: Path, tmp_path: Path, told: tuple[str, list[dict[str, Any]]]
) -> None:
    """With the location, what is carried and what is needed."""
    address, messages = told
    rules = tmp_path / "rules"
    rules.mkdir()
    rule = RULE.replace("https://hooks.example.net/scale", address).replace("for: 1m", "for: 0s")
    assert rule.count(address) == rule.count("for: 0s") == 1
    (rules / "workers.yml").write_text(rule)
    config = tmp_path / "up.toml"
    config.write_text(f'[collector]\nname = "up"\n[alert]\nrules = "{rules}"\nevery = 1\n')
    up = start("up", "--config", str(config), "--state", str(state))
    lines = state / "lines.sock"
    wait_until(lines.exists, "the socket", seconds=30)

    def sends(limit_since: float | None) -> None:
        with socket.socket(socket.AF_UNIX) as sending:
            sending.connect(str(lines))
            sending.sendall(json.dumps(report(limit_since)).encode() + b"\n")

    sends(wall_clock() - 720)
    up.wait_for(lambda: len(messages) == 1, "the first message", 30)
    sends(None)
    up.wait_for(lambda: len(messages) == 2, "the second message", 30)

    assert [message["state"] for message in messages] == ["firing", "over"]
    [alert] = messages[0]["firing"]
    said = json.dumps(alert)
    assert "location fra: scaling limit hit for 12m" in said
    assert "1 worker carries 20 probes at a time, 42 are needed" in said
    up.process.terminate()
    assert up.process.wait(30) == 0
