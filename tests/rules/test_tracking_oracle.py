"""How far an alert is, against an independent account of the same rules.

The account counts the seconds that are known to have held, where the real one moves the moment at
which something began. It knows no clock that is set back.
"""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as some

from blinkenlights.rules.rule import Flapping, Missing, Rule
from rules.histories import OUTCOMES, SIGNS, Followed, rule

USUAL = 120.0
BADNESS = {"w": 1, "c": 2}


@dataclass
class Account:
    """What is known of one alert, in seconds that count."""

    rule: Rule
    phase: str = "well"
    level: int = 0
    held: dict[str, float] = field(default_factory=dict)
    """What holds now -> for how long that is known."""
    before: str = "."
    looked: float = 0.0
    turns: list[float] = field(default_factory=list)
    flaps: bool = False

    def look(self, sign: str, now: float) -> str:
        """Return what happens at a look."""
        passed, before = min(now - self.looked, USUAL), self.before
        self.looked, self.before = now, sign
        if sign == "e":
            return self._end()
        if sign == "?":
            return "-"
        if before != "?" and "forgotten" in self.held:
            self.held["forgotten"] += passed
        self._hold("forgotten", holds=sign == "f" and self.phase != "well")
        if self.held.get("forgotten", 0) >= 3600:
            return self._end()
        kept = {"m", "f"} if self.rule.missing == "keep" else set[str]()
        if before not in {"?"} | kept and sign not in kept:
            for each in self.held.keys() - {"forgotten"}:
                self.held[each] += passed
        if sign in kept:
            self._hold("well", holds=False)
            self._hold("better", holds=False)
            return "-"
        return self._judge(sign, now)

    def _judge(self, sign: str, now: float) -> str:
        bad = BADNESS.get(sign, 0)
        if sign in "mf":
            bad = max(self.level if self.phase != "well" else 0, BADNESS[self.rule.missing[0]])
        if self.phase != "firing":
            if not bad:
                self.phase, self.held = "well", {}
                return "-"
            self.phase, self.level = "pending", bad
            self._hold("bad", holds=True)
            self._hold("forgotten", holds=sign == "f")
            if self.held["bad"] < self.rule.wait:
                return "-"
            self.phase = "firing"
            del self.held["bad"]
            self._turn(now)
            return "F"
        self._hold("worse", holds=bad > self.level)
        self._hold("better", holds=bad < self.level and self.level == 2)
        self._hold("well", holds=sign == ".")
        calm = self.rule.keep
        if self.flaps and self.rule.flapping:
            calm = max(calm, self.rule.flapping.within / 2)
        if self.held.get("well", -1) >= calm:
            self.phase, self.held, self.flaps = "well", {}, False
            return "R"
        if self.held.get("worse", -1) >= self.rule.wait:
            self.level = 2
            del self.held["worse"]
            self._turn(now)
            return "W"
        if self.held.get("better", -1) >= calm:
            self.level = 1
            del self.held["better"]
            return "E"
        return "-"

    def _hold(self, what: str, *, holds: bool) -> None:
        if holds:
            self.held.setdefault(what, 0.0)
        else:
            self.held.pop(what, None)

    def _turn(self, now: float) -> None:
        if self.rule.flapping:
            within = self.rule.flapping.within
            self.turns = [each for each in self.turns if now - each < within] + [now]
            self.flaps = self.flaps or len(self.turns) >= self.rule.flapping.times

    def _end(self) -> str:
        was_firing = self.phase == "firing"
        self.phase, self.held, self.flaps, self.turns = "well", {}, False, []
        return "X" if was_firing else "-"


waits = some.sampled_from([0.0, 60.0, 100.0, 180.0, 600.0])
rules = some.builds(
    rule,
    wait=waits,
    keep=waits,
    missing=some.sampled_from(list[Missing](("keep", "warning", "critical"))),
    flapping=some.none()
    | some.builds(
        Flapping, times=some.integers(2, 4), within=some.sampled_from([300.0, 900.0, 3600.0])
    ),
)
looks = some.lists(
    some.tuples(
        some.sampled_from("...,wwwcccmf??e"),
        some.sampled_from([15, 60, 60, 60, 61, 120, 121, 900, 7200]),
    ),
    max_size=60,
)
repeated = some.lists(
    some.tuples(some.sampled_from(".,wcmf?"), some.integers(1, 70)), max_size=6
).map(lambda runs: [(sign, 60) for sign, times in runs for _ in range(times)])


@given(rule=rules, history=looks | repeated)
def test_every_history_goes_as_an_independent_account_has_it(
    rule: Rule, history: list[tuple[str, int]]
) -> None:
    """Whatever comes, and however long nobody looks."""
    followed, account = Followed(rule), Account(rule)
    for sign, after in history:
        happened = SIGNS[followed.look(sign, after).happened]

        assert happened == account.look(sign, followed.now)
        track = followed.track
        assert (track is not None and track.is_firing) == (account.phase == "firing")
        assert (track is not None and track.is_pending) == (account.phase == "pending")


@given(rule=rules, history=looks | repeated)
def test_an_alert_begins_and_ends_in_turn(rule: Rule, history: list[tuple[str, int]]) -> None:
    """Nothing is told of what does not fire, and only what is well or over ends."""
    followed, is_firing = Followed(rule), False
    for sign, after in history:
        happened = followed.look(sign, after).happened

        assert (happened == "fired") <= (not is_firing)
        assert (happened in ("worsened", "eased", "resolved", "ended")) <= is_firing
        assert (happened == "resolved") <= (sign == ".")
        assert (happened == "ended") <= (sign in "ef")
        assert (happened == "eased") <= (sign in ".,w")
        is_firing = (is_firing or happened == "fired") and happened not in ("resolved", "ended")


@given(
    rule=rules, history=looks, jumps=some.lists(some.floats(-1e6, 1e6), min_size=60, max_size=60)
)
def test_clocks_that_jump_end_nothing_by_themselves(
    rule: Rule, history: list[tuple[str, int]], jumps: list[float]
) -> None:
    """And what is doubtful or missing resolves nothing, whatever time it is."""
    followed = Followed(rule)
    followed.now = 1e8
    for (sign, after), jump in zip(history, jumps, strict=False):
        step = followed.look(sign, after + jump)

        assert (step.happened == "resolved") <= (OUTCOMES[sign].outcome == "well")
        track = step.track
        if track is not None and not track.over:
            assert track.looked <= 1_700_000_000.0 + followed.now
            assert all(since <= track.looked for since in (track.since, track.well_since))
