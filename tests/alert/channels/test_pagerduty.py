"""PagerDuty: one key for an incident, from its trigger to its resolve."""

import pytest

from alert.channels.messages import Story, a_notice, first
from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.channels.channel import Channel
from blinkenlights.alert.channels.opening import made
from blinkenlights.alert.message import Message
from blinkenlights.outbox.cannot_say import CannotSayError
from servers.heard import served
from servers.simulated_pagerduty import KEY, PagerDutyService


def channel_to(service: PagerDutyService, key: str = KEY) -> Channel:
    return made("pagerduty", {"routing_key": key, "url": service.url})


def told(run: Run, *messages: Message) -> PagerDutyService:
    """Return the service after messages were said."""

    async def scenario() -> PagerDutyService:
        async with served(service := PagerDutyService()):
            channel = channel_to(service)
            for message in messages:
                await channel.say(message)
            await channel.close()
        return service

    found: PagerDutyService = run(scenario())
    return found


def test_an_incident_is_triggered_acknowledged_and_resolved_by_one_key(run: Run) -> None:
    """Whatever happens to it is said of the same alert."""
    story = Story()
    service = told(
        run,
        opened := story.next(a_notice()),
        story.next(a_notice("web1.queue", "acknowledged", why="acknowledged by ann")),
        story.next(a_notice("web1.queue", "resolved", at=NOON + 60)),
    )

    ((alert,),) = service.alerts.values()
    assert list(service.alerts) == [opened.incident]
    actions = [each["event_action"] for each in alert.events]
    assert actions == ["trigger", "acknowledge", "resolve"]
    assert service.dropped == []


def test_a_trigger_says_what_how_much_since_when_and_where(run: Run) -> None:
    """Title, host, severity, values, and links."""
    service = told(run, first(silence_link="https://lights.example.net/silence"))

    ((alert,),) = service.alerts.values()
    assert alert.payload["summary"] == (
        "CRITICAL: queue is long: web1.queue: value was 120, limit 100, since 11:48 UTC (12m)"
    )
    assert (alert.payload["source"], alert.payload["component"]) == ("web1", "web1.queue")
    assert alert.payload["severity"] == "critical"
    assert alert.payload["timestamp"] == "2025-11-28T12:00:00+00:00"
    assert alert.payload["custom_details"]["labels"] == {"team": "web"}
    assert "since 2025-11-28 11:48:00 UTC" in alert.payload["custom_details"]["firing"][0]
    assert [each["text"] for each in alert.events[0]["links"]] == [
        "Runbook",
        "Page of web1.queue",
        "Silence",
    ]


def test_saying_it_again_changes_nothing(run: Run) -> None:
    """A sender that died says all of it again: there is one alert, and it is resolved once."""
    story = Story()
    opened, over = story.next(a_notice()), story.next(a_notice("web1.queue", "resolved"))

    service = told(run, opened, opened, over, over)

    ((alert,),) = service.alerts.values()
    assert alert.state == "resolved"
    assert channel_to(service).has_key


def test_what_somebody_took_before_it_was_told_is_triggered_first(run: Run) -> None:
    """PagerDuty drops the acknowledgement of what it does not know."""
    taken = a_notice("web1.queue", "acknowledged", why="acknowledged by ann")
    service = told(run, Story().next(a_notice(), taken))

    ((alert,),) = service.alerts.values()
    assert alert.state == "acknowledged"
    assert service.dropped == []


def test_a_group_is_acknowledged_when_all_that_fires_in_it_is(run: Run) -> None:
    """One of several that somebody takes care of keeps nobody from being woken for the others."""
    story = Story()
    both = story.next(a_notice(), a_notice("web2.queue"))
    one = story.next(a_notice("web1.queue", "acknowledged", why="acknowledged by ann"))
    other = story.next(a_notice("web2.queue", "acknowledged", why="acknowledged by ben"))

    ((open_,),) = told(run, both, one).alerts.values()
    ((taken,),) = told(run, both, one, other).alerts.values()

    assert open_.state == "triggered"
    assert open_.payload["custom_details"]["changes"] == [
        "queue is long: web1.queue: acknowledged by ann"
    ]
    assert taken.state == "acknowledged"


def test_a_group_is_acknowledged_when_what_nobody_took_is_over(run: Run) -> None:
    story = Story()
    service = told(
        run,
        story.next(a_notice(), a_notice("web2.queue")),
        story.next(a_notice("web1.queue", "acknowledged", why="acknowledged by ann")),
        story.next(a_notice("web2.queue", "resolved")),
    )

    ((alert,),) = service.alerts.values()
    assert alert.state == "acknowledged"


def test_what_was_over_before_it_could_be_told_wakes_nobody(run: Run) -> None:
    """It is there as information, and resolved."""
    service = told(run, Story().next(a_notice(), a_notice("web1.queue", "resolved")))

    ((alert,),) = service.alerts.values()
    assert (alert.payload["severity"], alert.state) == ("info", "resolved")


def test_a_group_stays_open_until_its_last_alert_is_over(run: Run) -> None:
    """One that is well again is told by a trigger, which changes what is known of the alert."""
    story = Story()
    service = told(
        run,
        story.next(a_notice(), a_notice("web2.queue", level="warning")),
        story.next(a_notice("web1.queue", "resolved")),
    )

    ((alert,),) = service.alerts.values()
    assert alert.state == "triggered"
    assert alert.payload["severity"] == "warning"
    assert alert.payload["custom_details"]["changes"][0].startswith("OK queue is long: web1")


def test_long_names_are_cut_where_pagerduty_would_refuse_them(run: Run) -> None:
    """A thing with a name of kilobytes is told as well."""
    service = told(run, first(a_notice("ü" * 5000, why="x" * 5000, link="")))

    assert len(service.alerts) == 1


@pytest.mark.parametrize(
    ("status", "rest", "is_final"),
    [(429, 30.0, False), (403, 30.0, False), (500, None, False), (503, None, False)],
)
@pytest.mark.parametrize("body", ["<html>", "[" * 60_000], ids=["html", "nested"])
def test_a_busy_or_broken_service_is_asked_again(
    run: Run, status: int, rest: float | None, body: str, *, is_final: bool
) -> None:
    """After half a minute where it was asked too often."""

    async def scenario() -> CannotSayError:
        async with served(service := PagerDutyService()):
            service.answers_next(status, body)
            channel = channel_to(service)
            with pytest.raises(CannotSayError) as raised:
                await channel.say(first())
            await channel.close()
        return raised.value

    error = run(scenario())

    assert str(error).startswith(f"PagerDuty at 127.0.0.1 answered {status}")
    assert (error.retry_after, error.is_final) == (rest, is_final)


def test_an_event_that_is_not_valid_is_given_up_with_its_reasons(run: Run) -> None:
    """But for the key in them."""
    wrong = KEY[::-1]

    async def scenario() -> CannotSayError:
        async with served(service := PagerDutyService()):
            channel = channel_to(service, wrong)
            with pytest.raises(CannotSayError) as raised:
                await channel.say(first())
            await channel.close()
        return raised.value

    error = run(scenario())

    assert str(error) == (
        "PagerDuty at 127.0.0.1 answered 400 Bad Request: 'routing_key' is invalid: ***"
    )
    assert error.is_final
