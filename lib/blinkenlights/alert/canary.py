"""A metric that goes the whole way of an alert each minute: sent, stored, judged, notified.

It is a metric like all others, a rule that always fires, and a receiver of our own. So it takes the
very way that an alert takes: emitter, broker or socket, collector, store, rule, outbox, sender.
When each hop was passed last is stored; check_alert judges that.
"""

from collections.abc import Mapping

import msgspec

from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.message import Message
from blinkenlights.clock import Clock
from blinkenlights.emitting.emitter import Emitter
from blinkenlights.kinds.alert.keys import CANARY_RULE
from blinkenlights.outage import Outage
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.posting import Poster
from blinkenlights.rules.evaluation import Looked
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.files.limits import limit_of
from blinkenlights.rules.receiver import Receiver, Route
from blinkenlights.rules.rule import Rule, Selector

SECONDS = 60.0
NAME = "blinkenlights.canary"
"""What the metric is called. Its value is when it was sent."""
CHANNEL = "canary"
RECEIVER = Receiver(CANARY_RULE, CHANNEL, {}, "own")
ROUTE = Route(match={"rule": CANARY_RULE}, tell=(RECEIVER.name,), repeat=SECONDS - 1.0, gather=0.0)
_encode = msgspec.json.Encoder().encode


def rule() -> Rule:
    """Return the rule that fires while there is a canary at all."""
    selector = Selector("metric", (NAME,))
    limit = limit_of("critical", "value > 0", selector.subject, "value")
    return Rule(name=CANARY_RULE, file="", line=0, selector=selector, critical=limit)


class Canary:
    """Sends canaries, and notes how far they come.

    Args:
        emitter: Sends the metric on, as the configuration says.
        store: Where the hops are noted.
    """

    def __init__(self, emitter: Emitter, store: EvaluationStore) -> None:
        self._emitter = emitter
        self._store = store
        self._rule = rule()
        self._sent = 0.0
        self._stored = 0.0

    def joined(self, collection: RuleCollection) -> RuleCollection:
        """Return what files say, with the canary's own rule, receiver and route."""
        return collection._replace(
            rules={**collection.rules, CANARY_RULE: self._rule},
            receivers={**collection.receivers, RECEIVER.name: RECEIVER},
            routes=(ROUTE, *collection.routes),
        )

    async def fly(self, looked: Looked, now: float) -> None:
        """Note the canary that was found in the store, and send the next one when it is time."""
        for found in looked.found:
            if found.rule.name != CANARY_RULE:
                continue
            value = found.judged.values.get("value")
            if isinstance(value, int | float) and value > self._stored:
                self._stored = float(value)
                await self._store.passed("stored", now)
        if now - self._sent >= SECONDS or now < self._sent:
            self._sent = now
            metric = {"kind": "metric", "name": NAME, "value": now, "time": round(1000 * now)}
            self._emitter.put(_encode(metric))
            await self._store.passed("sent", now)


class CanaryChannel:
    """The end of the way: notes that it was reached, and lets somebody outside know.

    Args:
        store: Where that is noted.
        ping: An address that is asked for; empty for none.
        clock: The time.
    """

    has_key = True

    def __init__(self, store: EvaluationStore, ping: str, clock: Clock) -> None:
        self._store = store
        self._ping = ping
        self._clock = clock
        self._last = 0.0
        self._poster = Poster("the address to ping")
        self._outage = Outage("the ping", "somebody outside will think that nobody is told")

    async def say(self, message: Message) -> Mapping[str, str]:
        """Note a canary that is newer than the last one; an older one is no sign of life."""
        for notice in message.firing:
            value = notice.values.get("value")
            if isinstance(value, int | float) and value > self._last:
                self._last = float(value)
                await self._store.passed("judged", notice.at)
                await self._store.passed("notified", self._clock())
                await self._tell_outside()
        return {}

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    async def _tell_outside(self) -> None:
        if not self._ping:
            return
        error: CannotSayError | None
        try:
            answer = await self._poster.get(self._ping)
            error = None if answer.is_taken else self._poster.refusal(self._ping, answer)
        except CannotSayError as failure:
            error = failure
        if error is None:
            self._outage.worked("ping")
        else:
            self._outage.failed("ping", error)
