"""Random histories of a small fleet are judged as a slow and simple oracle judges them.

Beats come, come late, come again and come out of order; the broker goes away; a backlog waits and
drains; one clock is ten minutes fast. Everything happens at whole seconds, so the oracle can look
at every second on its own.
"""

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servers.simulation import Simulation
from servers.valkey import Valkey

if TYPE_CHECKING:
    from servers.batches import Beat

INTERVALS = {"billing": 60, "worker": 10, "nightly": 600, "fast clock": 60}
AHEAD = {"fast clock": 600}
NAMES = st.sampled_from(sorted(INTERVALS))
STEPS = st.one_of(
    st.tuples(st.just("pass"), st.integers(1, 150)),
    st.tuples(st.just("beat"), NAMES),
    st.tuples(st.just("late beat"), st.integers(1, 30)),
    st.tuples(st.just("again"), st.integers(0, 50)),
    st.tuples(st.just("away"), st.integers(1, 300)),
    st.tuples(
        st.just("backlog"),
        st.lists(st.tuples(st.integers(0, 40), NAMES), min_size=1, max_size=8),
    ),
)


class Oracle:
    """What ought to be known: when each was last heard, and when nobody could be."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        self.learnt: set[str] = set()
        self.sent: dict[str, float] = {}
        self.gaps: list[tuple[float, float]] = []

    def hear(self, name: str, sent: float, now: float, *, live: bool) -> None:
        """Note a beat. An unknown clock is only found wrong while nothing waits."""
        # A message sent in the same second as one before cannot be told from a repetition of it.
        is_new = sent > self.sent.get(name, 0.0)
        if live and is_new:
            self.learnt.add(name)
        self.sent[name] = max(self.sent.get(name, 0.0), sent)
        if name in AHEAD and name not in self.learnt:
            sent = now if is_new else self.last[name]
        self.last[name] = max(self.last.get(name, 0.0), sent)

    def miss(self, start: float, end: float) -> None:
        """Note when nobody could be heard. Gaps without a moment between them are one."""
        if self.gaps and self.gaps[-1][1] == start:
            start, _ = self.gaps.pop()
        self.gaps.append((start, end))

    def states(self, now: float) -> dict[str, str]:
        """Return the state of all that are not alive."""
        found = {}
        for name, last in self.last.items():
            interval = INTERVALS[name]
            heard = sum(
                not self.is_deaf(second, last, interval) for second in range(int(last), int(now))
            )
            for word, limit in (("silent", 2 * interval), ("late", 1.5 * interval)):
                if now - last > limit:
                    found[name] = word if heard > limit else "unheard"
                    if heard > limit:
                        break
        return found

    def is_deaf(self, second: float, last: float, interval: int) -> bool:
        """Whether silence in this second says nothing of who was last heard at `last`.

        Everybody has an interval to speak again after the first gap since, and after a long one.
        """
        since = sorted(gap for gap in self.gaps if gap[1] > last)
        return any(
            start <= second < end + (interval if not number or end - start >= interval / 2 else 0)
            for number, (start, end) in enumerate(since)
        )


class History:
    """One history, told to the store and to the oracle."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.oracle = Oracle()
        self.delivered: list[Beat] = []

    def beat(self, name: str, delay: float = 0.0, *, live: bool = True) -> None:
        """Deliver a beat that was sent `delay` seconds ago."""
        simulation = self.simulation
        beat = simulation.heartbeat(
            name,
            age=delay - AHEAD.get(name, 0),
            received=0,
            interval=INTERVALS[name],
            live=live,
        )
        simulation.store(beat)
        self.delivered.append(beat)
        self.oracle.hear(name, simulation.now - delay, simulation.now, live=live)

    def step(self, kind: str, what: object) -> None:
        """Let one thing happen."""
        simulation = self.simulation
        if kind == "pass" and isinstance(what, int):
            simulation.now += what
        elif kind == "beat" and isinstance(what, str):
            self.beat(what)
        elif kind == "late beat" and isinstance(what, int):
            self.beat("billing", delay=what)
        elif kind == "again" and isinstance(what, int) and self.delivered:
            beat = self.delivered[what % len(self.delivered)]
            # What a broker gives again never counts as just sent; see collector/batch.py.
            simulation.store(beat._replace(receipt=simulation.now, live=False))
        elif kind == "away" and isinstance(what, int):
            start = simulation.now
            simulation.now += what
            simulation.gap(what, 0)
            self.oracle.miss(start, simulation.now)
        elif kind == "backlog" and isinstance(what, list):
            sent = []
            for seconds, name in what:
                simulation.now += seconds
                sent.append((simulation.now, name))
            for moment, name in reversed(sent):
                self.beat(name, delay=simulation.now - moment, live=False)
        simulation.collector()

    def judged(self) -> dict[str, str]:
        """Return the state of all that the check does not call alive."""
        found = self.simulation.heartbeats("--json").json
        return {one["component"]: one["state"] for one in found["overdue"]}


@given(st.lists(STEPS, min_size=1, max_size=25))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_is_judged_as_by_the_oracle(
    simulation: Simulation, valkey: Valkey, steps: list[tuple[str, object]]
) -> None:
    """After every step, who is late, silent or unheard is who ought to be, and nobody else."""
    valkey.empty()
    simulation.old()
    history = History(simulation)
    for kind, what in steps:
        history.step(kind, what)

        assert history.judged() == history.oracle.states(simulation.now)
