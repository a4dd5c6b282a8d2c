"""Senders whose clocks are ten minutes off."""

import json
import re

from faults.chain import CRITICAL, OK, Chain, later
from faults.fleet import Fleet
from servers.waiting import wait_until


def test_clocks_ten_minutes_fast_and_slow(chain: Chain) -> None:
    """They live while they beat, are silent after they stop, and their clocks are shown as wrong."""
    chain.listen()
    url, minutes = chain.broker.url, 600
    with (
        Fleet(url, ["right"], 2),
        Fleet(url, ["fast"], 2, later(minutes)) as fast,
        Fleet(url, ["slow"], 2, later(-minutes)) as slow,
    ):
        wait_until(lambda: chain.heartbeat().code == OK, "all to be heard")
        wait_until(lambda: len(chain.facts()) == 3, "all three to be heard")

        alive = chain.heartbeat("-v")

        fast.die("fast")
        slow.die("slow")
        wait_until(lambda: "2 of 3" in chain.heartbeat().line, "both to be missed")
        wait_until(lambda: chain.heartbeat().code == CRITICAL, "both to be silent")
        dead = chain.heartbeat("-v")
        told = json.loads(chain.heartbeat("--json").text)
    assert alive.code == OK, alive
    assert re.search(r"; 2 wrong clocks: fast \((10m|9m 59s) ahead\) and 1 more$", alive.line)
    assert re.search(r"^clock: fast \((10m|9m 59s) ahead\)$", alive.text, re.MULTILINE)
    assert re.search(r"^clock: slow \(10m( 1s)? behind\)$", alive.text, re.MULTILINE)
    assert dead.line.startswith("HEARTBEAT CRITICAL: 2 of 3 components silent: ")
    assert re.search(r"^CRITICAL: fast silent for [4-9](\.\d)?s, ", dead.text, re.MULTILINE)
    assert re.search(r"^CRITICAL: slow silent for [4-9](\.\d)?s, ", dead.text, re.MULTILINE)
    assert sorted(told["clocks"]) == ["fast", "slow"]
