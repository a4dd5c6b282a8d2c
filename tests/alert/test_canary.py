"""A canary each minute goes the whole way of an alert, and each hop that it passes is noted."""

import json
from typing import Any

import pytest
from aiohttp import web

from alert.channels.messages import a_notice, first
from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.canary import RECEIVER, SECONDS, Canary, CanaryChannel, rule
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.emitting.emitter import Emitter, Target
from blinkenlights.kinds.alert import keys
from blinkenlights.rules.evaluation import Found, Looked
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.thing import Thing
from servers.heard import Request, Service, served
from servers.valkey import Valkey

NOTHING = Looked((), {}, NOON, "", 0, 0)


class Kept(Emitter):
    """Keeps what is put, and sends nothing."""

    def __init__(self) -> None:
        super().__init__(Target(""), "test")
        self.bodies: list[dict[str, Any]] = []

    def put(self, body: bytes) -> None:
        """Keep it."""
        self.bodies.append(json.loads(body))


class Pinged(Service):
    """Somebody outside who waits for pings."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response(text="OK")


def passed(valkey: Valkey) -> dict[str, float]:
    """Return when each hop was passed last."""
    found = valkey.client().hgetall(keys.CANARY)
    return {str(hop): float(when) for hop, when in found.items()}


def seen(value: float) -> Looked:
    """Return a look that finds a canary which was sent then."""
    thing = Thing("metric", "blinkenlights.canary", "alive", "OK", "", 1.0, None, {})
    judged = Judged("critical", f"value was {value}", values={"value": value})
    return NOTHING._replace(found=[Found(rule(), thing, judged, NOON)])


def message(value: object) -> Any:  # noqa: ANN401 - a message
    """Return what the sender brings to the end of the way."""
    return first(a_notice("blinkenlights.canary", at=NOON + 16, values={"value": value}))


def test_one_is_sent_each_minute(store: EvaluationStore, run: Run, valkey: Valkey) -> None:
    """Its value says when, so that an old one is known."""
    kept = Kept()
    canary = Canary(kept, store)

    for look in range(9):
        run(canary.fly(NOTHING, NOON + 15 * look))

    sent = [(each["name"], each["value"]) for each in kept.bodies]
    assert sent == [("blinkenlights.canary", NOON + SECONDS * minute) for minute in range(3)]
    assert passed(valkey) == {"sent": NOON + 120}


def test_what_is_found_in_the_store_is_noted_once(
    store: EvaluationStore, run: Run, valkey: Valkey
) -> None:
    """The same value again proves nothing: it may be the last one that ever came."""
    canary = Canary(Kept(), store)

    run(canary.fly(seen(NOON), NOON + 15))
    run(canary.fly(seen(NOON), NOON + 30))

    assert passed(valkey)["stored"] == NOON + 15


def test_its_own_rule_receiver_and_route_are_beside_those_of_files(
    store: EvaluationStore,
) -> None:
    files = RuleCollection({}, {}, (), (), (), 1)

    joined = Canary(Kept(), store).joined(files)

    assert joined.rules.keys() == {keys.CANARY_RULE}
    assert joined.receivers == {RECEIVER.name: RECEIVER}
    assert joined.routes[0].tell == (RECEIVER.name,)


def test_the_end_of_the_way_is_noted_and_somebody_outside_is_told(
    store: EvaluationStore, run: Run, valkey: Valkey
) -> None:
    pinged = Pinged()

    async def tell() -> None:
        async with served(pinged):
            channel = CanaryChannel(store, f"{pinged.url}/uuid", lambda: NOON + 20)
            await channel.say(message(NOON))
            await channel.close()

    run(tell())

    assert passed(valkey) == {"judged": NOON + 16, "notified": NOON + 20}
    assert [request.path for request in pinged.requests] == ["/uuid"]


@pytest.mark.parametrize("value", [NOON, NOON - 60, None])
def test_an_old_canary_is_no_sign_of_life(
    store: EvaluationStore, run: Run, valkey: Valkey, value: object
) -> None:
    """A rule repeats what it saw last, also when nothing comes any more."""
    clock = [NOON + 20.0]

    async def tell() -> None:
        channel = CanaryChannel(store, "", lambda: clock[0])
        await channel.say(message(NOON))
        clock[0] += 60
        await channel.say(message(value))

    run(tell())

    assert passed(valkey)["notified"] == NOON + 20


def test_an_address_outside_that_fails_holds_nothing_up(
    store: EvaluationStore, run: Run, valkey: Valkey
) -> None:
    """People are told all the same."""

    async def tell() -> None:
        channel = CanaryChannel(store, "http://127.0.0.1:1/", lambda: NOON + 20)
        await channel.say(message(NOON))
        await channel.close()

    run(tell())

    assert passed(valkey)["notified"] == NOON + 20
