"""Webhooks: our JSON or a template, signed so that it cannot be replayed."""

import json
import time
from base64 import b64encode
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from alert.channels.messages import Story, a_notice, first
from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.channels.opening import made
from blinkenlights.alert.channels.webhook.bodies import MOST_BYTES, body_of
from blinkenlights.alert.channels.webhook.hook import Webhook
from blinkenlights.alert.message import Message
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.posting import Poster
from blinkenlights.rules.files.channel_forms import CHANNELS
from blinkenlights.rules.files.channel_settings import WebhookSettings
from servers.heard import Request, Service, served

SECRET = "whsec_" + b64encode(b"a quite secret key of ours").decode()


class Taker(Service):
    """Takes everything."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response(status=204)


def posted(run: Run, *messages: Message, **settings: Any) -> list[Request]:  # noqa: ANN401
    """Return what was posted of messages."""

    async def scenario() -> list[Request]:
        async with served(taker := Taker()):
            channel = made("webhook", {"url": f"{taker.url}/hook/quite-secret"} | settings)
            for message in messages:
                await channel.say(message)
            await channel.close()
        return taker.requests

    found: list[Request] = run(scenario())
    return found


def test_what_is_posted_says_everything_in_a_form_with_a_version(run: Run) -> None:
    """State, title, text, and each alert with its values; times are seconds since the epoch."""
    story = Story()
    message = story.next(a_notice(values={"value": 120}))
    (request,) = posted(run, message)

    said = json.loads(request.body)
    assert request.headers["content-type"] == "application/json"
    assert (said["version"], said["state"], said["level"]) == (1, "firing", "critical")
    assert said["title"].startswith("CRITICAL: queue is long: web1.queue")
    assert (said["opened"], said["now"]) == (NOON, NOON)
    (alert,) = said["firing"]
    assert (alert["thing"], alert["values"], alert["since"]) == (
        "web1.queue",
        {"value": 120},
        NOON - 720,
    )
    assert said["changes"][0]["what"] == "fired"
    assert "limit 100" in said["text"]


def test_what_is_said_again_has_the_same_id(run: Run) -> None:
    """Whoever takes it can tell; and it is said where it may be repeated."""
    story = Story()
    message, again = story.peek(a_notice()), story.peek(a_notice(), repeated=True)
    other = first(a_notice("web2.queue"))
    requests = posted(run, message, again, other)

    ids = [each.headers["webhook-id"] for each in requests]
    assert ids[0] == ids[1] != ids[2]
    marks = [json.loads(each.body)["may_be_repeated"] for each in requests]
    assert marks == [False, True, False]


def test_a_library_of_others_accepts_the_signature(run: Run) -> None:
    """It is that of Standard Webhooks; another body or another time is refused."""
    (request,) = posted(run, first(), secret=SECRET)

    verifier = Verifier(SECRET)
    assert verifier.verify(request.body, request.headers)["version"] == 1
    with pytest.raises(WebhookVerificationError):
        verifier.verify(request.body + b" ", request.headers)
    later = request.headers | {"webhook-timestamp": str(int(time.time()) + 9)}
    with pytest.raises(WebhookVerificationError):
        verifier.verify(request.body, later)


def test_what_was_recorded_is_too_old_later(run: Run) -> None:
    """The time of sending is signed, so that it cannot be made younger."""

    async def scenario() -> Request:
        async with served(taker := Taker()):
            settings = WebhookSettings(taker.url, SECRET)
            channel = Webhook(settings, Poster("the webhook"), lambda: time.time() - 600)
            await channel.say(first())
            await channel.close()
        return taker.requests[0]

    request = run(scenario())

    with pytest.raises(WebhookVerificationError, match="too old"):
        Verifier(SECRET).verify(request.body, request.headers)


def test_any_text_is_a_secret(run: Run) -> None:
    """Without the prefix it is the key itself."""
    (request,) = posted(run, first(), secret="plain words")

    assert Verifier(b"plain words").verify(request.body, request.headers)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/json", '{"text": "{thing} {labels.team}"}', '{"text": "a\\"b\\n web"}'),
        ("application/x-www-form-urlencoded", "text={thing}", "text=a%22b%0A"),
        ("text/plain", "{ x } {thing}!{tags.nope}", '{ x } a"b\n!'),
    ],
)
def test_a_template_is_filled_as_its_type_wants_it(
    run: Run, kind: str, body: str, expected: str
) -> None:
    """No name of a thing breaks out of its place; braces of the body stay."""
    message = first(a_notice('a"b\n'))
    (request,) = posted(run, message, body=body, headers={"Content-Type": kind})

    assert request.body.decode() == expected
    assert request.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"body": '{"text": "{titel}"}'}, "{titel} stands for nothing"),
        ({"body": '{"text": {title}'}, "is no JSON when it is filled in"),
        ({"secret": "whsec_!"}, "is not base64"),
        ({"headers": {"Webhook-Id": "x"}}, "is written by us"),
        ({"ca_file": "ca.pem"}, "is no whole path"),
        ({"proxy": "socks5://x"}, "is no URL"),
    ],
)
def test_settings_that_cannot_work_are_seen_before(settings: dict[str, Any], wrong: str) -> None:
    """By whoever reads the file."""
    given = WebhookSettings("https://example.net", **settings)

    assert [str(each) for each in CHANNELS["webhook"].check(given) if wrong in str(each)]


@pytest.mark.parametrize(
    ("status", "header", "rest", "is_final"),
    [
        (500, "", None, False),
        (401, "", None, False),
        (404, "", None, False),
        (400, "", None, True),
        (410, "", None, True),
        (413, "", None, True),
        (503, "7", 7.0, False),
        (429, "Thu, 01 Jan 2099 00:00:00 GMT", 3600.0, False),
        (429, "soon", 60.0, False),
        (429, "-5", 0.0, False),
        (429, "nan", 60.0, False),
    ],
)
def test_answers_are_sorted(
    run: Run, status: int, header: str, rest: float | None, *, is_final: bool
) -> None:
    """What people mend is tried again, what is never taken is given up, and rest is granted."""

    async def scenario() -> CannotSayError:
        async with served(taker := Taker()):
            headers = {"Retry_After": header} if header else {}
            taker.answers_next(status, "quite-secret", **headers)
            channel = made("webhook", {"url": f"{taker.url}/hook/quite-secret?token=quite-secret"})
            with pytest.raises(CannotSayError) as raised:
                await channel.say(first())
            await channel.close()
        return raised.value

    error = run(scenario())

    assert str(error).startswith(f"the webhook at 127.0.0.1 answered {status} ")
    assert "secret" not in str(error)
    assert (error.retry_after, error.is_final) == (rest, is_final)


@pytest.mark.parametrize("size", [0, 3_000, 100_000], ids=str)
def test_a_message_has_a_bound_and_says_how_many_alerts_it_leaves_out(size: int) -> None:
    """Whoever takes no more than a mebibyte would answer 413, and nobody would be told."""
    things = [f"web{number}.queue" for number in range(2_000)]
    text = "\x01" * size
    new = [a_notice(each, text=text, why=text, values={"value": text}) for each in things]

    body = body_of(first(*new), WebhookSettings(url="http://hook"))

    said = json.loads(body)
    assert len(body) <= MOST_BYTES
    assert len(said["firing"]) + said["more_firing"] == len(things)
    assert len(said["changes"]) + said["more_changes"] == len(things)
    assert said["changes"][0]["thing"] == things[0]
    assert "and 1980 more" in said["text"]


def test_a_message_that_lists_all_says_that_nothing_is_left_out(run: Run) -> None:
    (request,) = posted(run, Story().next(*(a_notice(f"web{each}") for each in range(100))))

    said = json.loads(request.body)
    assert (said["more_firing"], said["more_changes"], len(said["firing"])) == (0, 0, 100)
