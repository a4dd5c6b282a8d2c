"""Rules and alerts of a simulation: what the evaluator and the senders store of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec import structs, to_builtins

from blinkenlights.alert.record import Queued, Record
from blinkenlights.kinds.alert import keys
from blinkenlights.rules.rule import Level
from blinkenlights.rules.track import Track
from servers.simulation import Said, Simulation


class SimulatedAlerts:
    """Evaluated and asked about at the simulation's `now`. Ages are seconds before it."""

    def __init__(self, simulation: Simulation) -> None:
        """Take a simulation."""
        self.simulation = simulation

    @property
    def now(self) -> float:
        """The present."""
        return self.simulation.now

    def rule(self, name: str, *, age: float = 5.0, **details: Any) -> None:  # noqa: ANN401
        """Store what came of a rule; `details` are fields of `Evaluated`, which win."""
        known = keys.Evaluated(
            at=self.now - age,
            every=15.0,
            subject="metric",
            things=40,
            wait=300.0,
            missing=0,
            missing_names=[],
            doubtful=0,
            doubt="",
            file="queues.yml",
            line=3,
            severity="page",
            limits={"critical": "value > 100"},
            problem="",
        )._replace(**details)
        self._run(lambda redis: redis.hset(keys.RULES, name, json.dumps(known._asdict())))

    def tested(self, rules: Mapping[str, Any], *, age: float) -> None:
        """Record what came of tests, by rule."""
        text = json.dumps({"at": self.now - age, "tests": 3, "rules": rules})
        self._run(lambda redis: redis.set(keys.TESTED, text))

    def alert(
        self,
        rule: str,
        thing: str,
        level: Level = "critical",
        *,
        since: float = 720.0,
        fired: float | None = 420.0,
        looked: float = 5.0,
        why: str = "value was 120, limit 100",
        told: Sequence[str] = ("oncall",),
        track: Mapping[str, Any] | None = None,
        **details: Any,  # noqa: ANN401 - fields of the record
    ) -> None:
        """Store an alert whose limit is left for `since` seconds; None for `fired` is pending."""
        known = Track(
            level=level,
            since=self.now - since,
            looked=self.now - looked,
            why=why,
            fired=0.0 if fired is None else self.now - fired,
        )
        queued = Queued(level=level, at=self.now, first=self.now, group="")
        record = Record(
            rule=rule,
            subject="metric",
            thing=thing,
            track=structs.replace(known, **(track or {})),
            queued={f"{name}@d1": queued for name in told},
            **details,
        )
        field, text = keys.alert_of(rule, thing), json.dumps(to_builtins(record))
        self._run(lambda redis: redis.hset(keys.RECORDS, field, text))
        self._run(lambda redis: redis.zadd(keys.ACTIVE, {field: 0}))

    def evaluation(self, *, age: float = 5.0, **details: Any) -> None:  # noqa: ANN401
        """Store that all rules were evaluated; `details` are fields of `Evaluation`, which win."""
        known = keys.Evaluation(
            at=self.now - age,
            every=15.0,
            by="alert-berlin",
            rules=12,
            things=340,
            pairs=500,
            seconds=0.031,
            problems=[],
            receivers=["oncall@d1"],
        )._replace(**details)
        self._run(lambda redis: redis.set(keys.EVALUATION, json.dumps(known._asdict())))

    def due(self, receiver: str, *, late: float) -> None:
        """Store that a message to a receiver is due for so long."""
        queue = f"{receiver}@d1{keys.SEPARATOR}rule=x"
        self._run(lambda redis: redis.zadd(keys.DUE, {queue: self.now - late}))

    def fails(
        self, receiver: str, error: str, *, times: int = 4, since: float = 300.0, rule: str = "x"
    ) -> None:
        """Store that a receiver does not take what is sent to it of a rule."""
        queue = f"{receiver}@d1{keys.SEPARATOR}rule={rule}"
        facts = {"times": times, "since": self.now - since, "at": self.now, "error": error}
        self._run(lambda redis: redis.hset(keys.TRIES, queue, json.dumps(facts)))

    def rests(self, receiver: str, seconds: float) -> None:
        """Store that a receiver wants to be told nothing for so many seconds more."""
        text = f"{self.now + seconds:.6f} {seconds}"
        self._run(lambda redis: redis.hset(keys.PAUSED, f"{receiver}@d1", text))

    def dead(self, receiver: str, error: str, *, age: float = 60.0, title: str = "x") -> None:
        """Store that a message could not be delivered."""
        facts = {"at": self.now - age, "receiver": receiver, "title": title, "error": error}
        self._run(lambda redis: redis.lpush(keys.DEAD, json.dumps(facts)))

    def canary(self, **ages: float) -> None:
        """Store when the canary passed each hop."""
        times = {hop: f"{self.now - age:.3f}" for hop, age in ages.items()}
        self._run(lambda redis: redis.hset(keys.CANARY, mapping=times))

    def told(
        self, *alerts: str, age: float = 60.0, receiver: str = "oncall", **details: str
    ) -> None:
        """Store that a receiver was told of some alerts; `details` are fields of `Told`."""
        known: dict[str, Any] = {
            "at": self.now - age,
            "receiver": receiver,
            "channel": "slack",
            "incident": "0123456789abcdef",
            "title": "CRITICAL: " + ", ".join(alerts),
            "how": "told",
            "number": len(alerts),
            "alerts": list(alerts),
            **details,
        }
        row = json.dumps(known)
        self._run(lambda redis: redis.lpush(keys.HISTORY, row))

    def acknowledged(self, rule: str, thing: str, by: str, *, reason: str = "") -> None:
        """Store that somebody has taken care of an alert that fires since 420 seconds."""
        episode = keys.episode_of(rule, thing, self.now - 420.0)
        facts = {"by": by, "at": self.now - 60, "until": 0.0, "reason": reason}
        self._run(lambda redis: redis.hset(keys.ACKNOWLEDGED, episode, json.dumps(facts)))

    def silence(
        self, name: str, match: Mapping[str, str], *, by: str = "bob", until: float = 3600.0
    ) -> None:
        """Store that nobody is told of what matches for so many seconds more."""
        at, end = self.now - 600, self.now + until
        facts = {"id": name, "match": match, "by": by, "at": at, "start": at, "end": end}
        self._run(lambda redis: redis.hset(keys.SILENCES, name, json.dumps(facts)))

    def ask_rules(self, options: str = "") -> Said:
        """Return what check_rule answers now."""
        return self.simulation.ask("rule", options)

    def ask(self, options: str = "") -> Said:
        """Return what check_alert answers now."""
        return self.simulation.ask("alert", options)

    def _run(self, command: Any) -> None:  # noqa: ANN401 - a call of redis-py
        async def write() -> None:
            await command(self.simulation.client.redis)

        self.simulation.run(write())


@pytest.fixture
def alerts(simulation: Simulation) -> SimulatedAlerts:
    """Give rules and alerts of a simulation, none yet."""
    return SimulatedAlerts(simulation)
