"""The canary's own connection: one for each broker, as long as a source wants it."""

from collections.abc import Callable

from blinkenlights.clock import wall_clock
from collector.running import RunningCollector, Stored, amqp_config, config
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]


def canaries(broker: Broker) -> list[str]:
    """Return the broker's names of the connections that are canaries."""
    found = broker.server.api("GET", f"/vhosts/{broker.vhost}/connections")
    assert isinstance(found, list)
    return [
        str(each["name"])
        for each in found
        if each.get("client_properties", {}).get("connection_name") == "test canary"
    ]


def test_sources_at_one_broker_share_a_canary(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """It stays while one of them needs it, and goes with the last."""
    heartbeats = amqp_config(bound.url)
    others = amqp_config(bound.url, queue="another")
    running = collect(config(valkey.url, [heartbeats, others]))
    stored.wait_until_caught_up()
    wait_until(lambda: len(canaries(bound)) == 1, "one canary")

    running.reload(config(valkey.url, [others]))
    wait_until(lambda: len((stored.report() or {"sources": []})["sources"]) == 1, "one source")
    stored.wait_until_caught_up()
    after_one = canaries(bound)
    running.reload(config(valkey.url))

    assert len(after_one) == 1
    wait_until(lambda: canaries(bound) == [], "no canary")


def test_an_alarm_outlasts_the_canarys_connection(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """A new one finds the broker as it is; in between nobody is called alive or silent."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    wait_until(lambda: canaries(bound), "the canary to be listed")

    def is_blocked() -> bool:
        source = stored.source()
        return source is not None and "blocks publishers" in source["error"]

    with bound.server.alarm():
        wait_until(is_blocked, "the alarm to be noticed")
        before = canaries(bound)
        bound.close_connections()
        wait_until(lambda: set(canaries(bound)) - set(before), "another canary", 20)
        wait_until(is_blocked, "the alarm to be noticed again")
        source = stored.source()
        alarmed_at = wall_clock()

    assert source is not None
    assert source["watermark"] < alarmed_at
    stored.wait_until_caught_up()
