"""Senders whose clocks are ten minutes off."""

import json
import re

from faults.chain import Chain, later
from faults.fleet import Fleet
from servers.waiting import wait_until


def test_clocks_ten_minutes_fast_and_slow(chain: Chain) -> None:
    """They live while they beat, are silent after they stop, and are shown to be wrong."""
    chain.consume()
    url, minutes = chain.broker.url, 600

    def says(words: str) -> str:
        text = chain.heartbeat("-v").text
        return text if text.startswith(f"HEARTBEAT {words}") else ""

    with (
        Fleet(url, ["right"], 1),
        Fleet(url, ["fast"], 1, later(minutes)) as fast,
        Fleet(url, ["slow"], 1, later(-minutes)) as slow,
    ):
        wait_until(
            lambda: "; 2 wrong clocks: " in says("OK: 3 components alive"), "all to be heard"
        )
        alive = says("OK: 3 components alive")
        fast.die("fast")
        slow.die("slow")
        dead = wait_until(lambda: says("CRITICAL: 2 of 3 components silent: "), "both to be missed")
        told = json.loads(chain.heartbeat("--json").text)

    assert re.search(
        r"; 2 wrong clocks: fast \((10m|9m 59s) ahead\) and 1 more$", alive.partition(" | ")[0]
    )
    assert re.search(r"^clock: fast \((10m|9m 59s) ahead\)$", alive, re.MULTILINE)
    assert re.search(r"^clock: slow \(10m( 1s)? behind\)$", alive, re.MULTILINE)
    assert re.search(r"^CRITICAL: fast silent for [2-9](\.\d)?s, ", dead, re.MULTILINE)
    assert re.search(r"^CRITICAL: slow silent for [2-9](\.\d)?s, ", dead, re.MULTILINE)
    assert sorted(told["clocks"]) == ["fast", "slow"]
