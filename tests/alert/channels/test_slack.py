"""Slack: one message for an incident, kept up to date, and its thread."""

from typing import Any

import pytest

from alert.channels.messages import Story, a_notice, first
from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.channels.channel import Channel
from blinkenlights.alert.channels.opening import made
from blinkenlights.alert.channels.wording import REPEATED
from blinkenlights.outbox.cannot_say import CannotSayError
from servers.heard import served
from servers.simulated_slack import TOKEN, Slack


def bot(slack: Slack, **more: str) -> Channel:
    return made("slack", {"token": TOKEN, "channel": "#ops", "url": slack.api} | more)


def hook(slack: Slack) -> Channel:
    return made("slack", {"webhook": slack.hook})


async def said(story: Story, channel: Channel, *notices: Any, **more: Any) -> None:  # noqa: ANN401
    """Say what is new, and remember the reference, as a sender does."""
    story.reference = dict(await channel.say(story.next(*notices, **more)))


def test_an_incident_is_one_message_that_is_kept_up_to_date(run: Run) -> None:
    """A second alert and the end change the first message, and stand in its thread."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel, story = bot(slack), Story()
            await said(story, channel, a_notice())
            await said(story, channel, a_notice("web2.queue"))
            ends = [
                a_notice("web1.queue", "resolved", at=NOON + 60),
                a_notice("web2.queue", "ended"),
            ]
            await said(story, channel, *ends, now=NOON + 60)
            await channel.close()
        return slack

    slack = run(scenario())

    (root,) = slack.roots
    assert root.edits == 2
    assert root.text.startswith("over: queue is long: web1.queue, web2.queue")
    assert root.attachments[0]["color"] == "#2e7d32"
    assert [each.text for each in slack.replies] == [
        (
            "New: CRITICAL queue is long: web2.queue: value was 120, limit 100, for 12m, "
            "since 2025-11-28 11:48:00 UTC"
        ),
        (
            "OK queue is long: web1.queue is well, was critical for 13m\n"
            "ENDED queue is long: web2.queue: value was 120, limit 100; it was critical for 12m"
        ),
    ]


def test_a_message_says_what_how_much_since_when_and_where(run: Run) -> None:
    """Value, limit, beginning, text, and links that Slack does not fetch."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel = bot(slack)
            link = "https://lights.example.net/acknowledge?a=1&b=2"
            await channel.say(first(acknowledge_link=link))
            await channel.close()
        return slack

    (root,) = run(scenario()).roots

    assert root.text == (
        "CRITICAL: queue is long: web1.queue: value was 120, limit 100, since 11:48 UTC (12m)"
    )
    assert "since 2025-11-28 11:48:00 UTC" in root.details
    assert "web1.queue has 120 waiting" in root.details
    assert "<https://wiki.example.net/queues|Runbook>" in root.details
    assert "<https://lights.example.net/acknowledge?a=1&amp;b=2|Acknowledge>" in root.details
    assert root.asked["unfurl_links"] is False


def test_names_of_things_mention_nobody(run: Run) -> None:
    """A thing whose name is markup is shown as what it is."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel = bot(slack)
            await channel.say(first(a_notice("<!channel> & <https://evil|x>")))
            await channel.close()
        return slack

    (root,) = run(scenario()).roots

    assert "&lt;!channel&gt; &amp; &lt;https://evil|x&gt;" in root.text
    assert "<!channel>" not in root.text + root.details


@pytest.mark.parametrize("what", ["worsened", "reminder", "escalated"])
def test_what_should_reach_people_again_goes_to_the_channel_too(run: Run, what: Any) -> None:  # noqa: ANN401
    """An edit rings no bell: these replies are broadcast, others are not."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel, story = bot(slack), Story()
            await said(story, channel, a_notice())
            await said(story, channel, a_notice("web1.queue", "acknowledged", why="taken by ann"))
            await said(story, channel, a_notice("web1.queue", what))
            await channel.close()
        return slack

    quiet, loud = run(scenario()).replies

    assert (quiet.is_broadcast, loud.is_broadcast) == (False, True)
    assert quiet.text == "queue is long: web1.queue: taken by ann"


@pytest.mark.parametrize("way", ["deleted", "frozen"])
def test_a_message_that_cannot_be_changed_gets_a_successor(run: Run, way: str) -> None:
    """It was deleted, or edits are forbidden: what is new is posted, and known from then on."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel, story = bot(slack), Story()
            await said(story, channel, a_notice())
            if way == "deleted":
                slack.messages.clear()
            slack.is_frozen = way == "frozen"
            await said(story, channel, a_notice("web2.queue"))
            slack.is_frozen = False
            await said(story, channel, a_notice("web3.queue"))
            await channel.close()
        return slack

    slack = run(scenario())

    assert slack.roots[-1].edits == 1
    assert "web3.queue" in slack.replies[-1].text


def test_who_died_before_the_thread_was_told_repeats_nothing(run: Run) -> None:
    """The message is changed first: saying all of it again adds one reply."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel, story = bot(slack), Story()
            await said(story, channel, a_notice())
            message = story.peek(a_notice("web2.queue"))
            slack.loses_next_answer()
            with pytest.raises(CannotSayError):
                await channel.say(message)
            await channel.say(message)
            await channel.close()
        return slack

    slack = run(scenario())

    assert len(slack.roots) == 1
    assert len(slack.replies) == 1


def test_what_may_be_repeated_says_so(run: Run) -> None:
    """A first message and a reply are marked; the message that is changed is not."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel, story = bot(slack), Story()
            await said(story, channel, a_notice(), repeated=True)
            marked = slack.roots[0].details
            await said(story, channel, a_notice("web2.queue"), repeated=True)
            assert REPEATED in marked
            await channel.close()
        return slack

    slack = run(scenario())

    assert REPEATED in slack.replies[0].text
    assert REPEATED not in slack.roots[0].details


@pytest.mark.parametrize(
    ("status", "body", "is_final", "words"),
    [
        (429, '{"ok":false,"error":"ratelimited"}', False, "answered 429 Too Many Requests"),
        (200, '{"ok":false,"error":"ratelimited"}', False, "refuses it: ratelimited"),
        (200, '{"ok":false,"error":"not_in_channel"}', False, "invite the bot"),
        (200, '{"ok":false,"error":"msg_too_long"}', True, "msg_too_long"),
        (200, '{"ok":false,"error":"<xoxb-1234-quite-secret>"}', False, "without a name"),
        (503, "<html>", False, "answered 503 Service Unavailable"),
        (200, "not json", False, "an error without a name"),
        (200, "[" * 60_000, False, "an error without a name"),
        (302, "", False, "redirects are not followed"),
    ],
)
def test_an_error_says_what_to_do(
    run: Run, status: int, body: str, *, is_final: bool, words: str
) -> None:
    """Whether it is worth to try again, after how long, and nothing secret."""

    async def scenario() -> CannotSayError:
        async with served(slack := Slack()):
            slack.answers_next(status, body, Retry_After="30")
            channel = bot(slack)
            with pytest.raises(CannotSayError) as raised:
                await channel.say(first())
            await channel.close()
        return raised.value

    error = run(scenario())

    assert words in str(error)
    assert str(error).startswith("Slack at 127.0.0.1 ")
    assert "secret" not in str(error)
    assert (error.retry_after, error.is_final) == (30.0, is_final)


def test_a_token_that_is_not_valid_is_waited_for(run: Run) -> None:
    """Somebody may renew it: it is no reason to give up, and it is not shown."""

    async def scenario() -> CannotSayError:
        async with served(slack := Slack()):
            channel = bot(slack, token="xoxb-other-secret")
            with pytest.raises(CannotSayError) as raised:
                await channel.say(first())
            await channel.close()
        return raised.value

    error = run(scenario())

    assert str(error) == ("Slack at 127.0.0.1 refuses it: invalid_auth (the token is not valid)")
    assert not error.is_final


def test_a_webhook_posts_each_message(run: Run) -> None:
    """It can change nothing, so that each message says what is and what is new."""

    async def scenario() -> Slack:
        async with served(slack := Slack()):
            channel, story = hook(slack), Story()
            await said(story, channel, a_notice())
            await said(story, channel, a_notice("web1.queue", "resolved", at=NOON + 60))
            await channel.close()
        return slack

    texts = [each.text for each in run(scenario()).roots]

    assert texts[0].startswith("CRITICAL: queue is long: web1.queue")
    assert texts[1] == "OK again: queue is long: web1.queue, was critical for 13m"


def test_a_webhook_that_was_removed_is_named_without_its_path(run: Run) -> None:
    """The path is the secret."""

    async def scenario() -> CannotSayError:
        async with served(slack := Slack()):
            channel = made("slack", {"webhook": f"{slack.url}/services/T/B/other-secret"})
            with pytest.raises(CannotSayError) as raised:
                await channel.say(first())
            await channel.close()
        return raised.value

    error = run(scenario())

    assert str(error) == (
        "Slack at 127.0.0.1 answered 404 Not Found: no_service (the webhook was removed)"
    )
    assert not error.is_final
