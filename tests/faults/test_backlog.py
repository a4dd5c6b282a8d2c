"""Ten minutes of messages that waited while no collector ran, judged while they are drained."""

import json
import math
from collections.abc import Callable
from typing import NamedTuple

import pytest

from blinkenlights.clock import wall_clock
from collector.running import RunningCollector
from faults.chain import CRITICAL, OK, UNKNOWN, Chain, Said, beat
from faults.fleet import Watch
from servers.faulty import FaultyProxy
from servers.waiting import wait_until

INTERVAL = 60
LIMIT = 2 * INTERVAL
MINUTES = 10
STEP = 20.0
"""Seconds by which the watermark may be off while it drains; less than the clock tolerance."""


class Member(NamedTuple):
    """A component, and when it beat; times are seconds from now, by a right clock."""

    name: str
    beats: list[float]
    clock: float = 0.0
    """Seconds by which its own clock is ahead."""

    def silence(self, moment: float) -> float:
        """Return how long it was silent at a moment, by what it really did."""
        return moment - max((at for at in self.beats if at <= moment), default=-math.inf)


def minutes(first: float, last: float) -> list[float]:
    """Return a beat every minute from `first` to `last`."""
    return [first + INTERVAL * n for n in range(int((last - first) // INTERVAL) + 1)]


def fleet() -> list[Member]:
    """Return fifty that live, two that died, one that came back, and two with a wrong clock."""
    before = -600.5
    steady = [Member(f"steady {n:02}", [before, *minutes(-600 + n * 1.2, 0)]) for n in range(50)]
    return [
        *steady,
        Member("died", [before, *minutes(-600, -480)]),
        Member("died with a fast clock", [before, *minutes(-599, -479)], clock=600),
        Member("fast clock", [before, *minutes(-598, 0)], clock=600),
        Member("slow clock", [before, *minutes(-597, 0)], clock=-600),
        Member("busy with a wrong clock", [before, *(-600.0 + n for n in range(600))], clock=80),
        Member("came back", [before, *minutes(-180, 0)]),
    ]


class Told(NamedTuple):
    """What one answer of check_heartbeat says."""

    code: int
    judged_at: float | None
    """None where nothing could be judged."""
    states: dict[str, str]
    """The overdue ones -> `silent`, `late` or `unheard`."""


def told(said: Said) -> Told:
    answer = json.loads(said.text)
    overdue = {one["component"]: one["state"] for one in answer.get("overdue", ())}
    return Told(said.code, answer.get("judged_at"), overdue)


@pytest.fixture
def slow_store(chain: Chain, faulty_proxy: Callable[[int], FaultyProxy]) -> FaultyProxy:
    """Give a way to the store that takes its time, so that draining can be watched."""
    proxy = faulty_proxy(chain.store.port)
    proxy.delay(0.03)
    return proxy


def run_before(chain: Chain, members: list[Member], start: float) -> None:
    """Let a collector run in the past, until `start` seconds from now."""
    begun = wall_clock()

    def clock() -> float:
        return wall_clock() + start

    collector = RunningCollector(chain.config(), clock)
    try:
        chain.wait_until_stored(clock=clock)
        earlier = [(at, member) for member in members for at in member.beats if at < start]
        chain.publish(*(beat(m.name, begun + at + m.clock) for at, m in earlier))
        chain.wait_until_stored(clock=clock)
    finally:
        collector.stop()


def test_no_false_alarm_and_no_false_life(chain: Chain, slow_store: FaultyProxy) -> None:
    """At every moment of the draining, silent is who was silent at the watermark, nobody else."""
    members = fleet()
    start = -MINUTES * 60.0
    run_before(chain, members, start)
    now = wall_clock()
    backlog = sorted((at, m) for m in members for at in m.beats if at >= start)
    chain.publish(*(beat(m.name, now + at + m.clock) for at, m in backlog))

    with Watch(lambda: chain.heartbeat("--json"), every=0.05) as watch:
        begun = wall_clock()
        chain.start(chain.config(store_url=slow_store.url, batch_size=10, prefetch=20))
        wait_until(lambda: chain.caught_up("one", begun), "the backlog to be drained", 60)

    last = chain.heartbeat("--json")
    end = told(last)
    assert end.code == CRITICAL, last
    assert end.states == {"died": "silent", "died with a fast clock": "silent"}
    answers = [told(said) for said in watch.said]
    assert OK not in {answer.code for answer in answers}
    judged = {answer.judged_at - now for answer in answers if answer.judged_at is not None}
    assert len([moment for moment in judged if start < moment < -60]) >= 4, "it was not watched"
    for answer in answers:
        if answer.judged_at is None:
            assert answer.code == UNKNOWN
            continue
        for member in members:
            check(member, answer.judged_at - now, answer.states.get(member.name))


def check(member: Member, moment: float, state: str | None) -> None:
    """Fail when a component is said to be in a state in which it was not at the watermark."""
    said = f"{member.name} is {state} at {moment:.0f}"
    silence = member.silence(moment)
    if state == "silent":
        assert silence > LIMIT - STEP, f"false alarm: {said}"
    elif state == "late":
        assert silence > 1.5 * INTERVAL - STEP, f"false alarm: {said}"
    elif state == "unheard":
        pytest.fail(f"the queue held everything, yet {said}")
    else:
        # A later beat may be stored already, when the watermark has not been reported since.
        assert silence < LIMIT + STEP or member.beats[-1] > moment, f"false life: {said}"
