"""What the answer of an endpoint means."""

import pytest

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.conditions.comparing import equals, within
from blinkenlights.conditions.condition import Condition
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.judge import DEGRADED, FAILED, OK, Judged, judge
from blinkenlights.probe.observation import Certificate, Observation, Phases
from blinkenlights.probe.schedule import Every
from blinkenlights.probe.vocabulary import ANSWER

NOW = 1_795_219_200.0
SECRET = "t0p-s3cret"
JSON = (
    b'{"status": "ok", "queue": {"depth": 120}, "items": [{"name": "a"}], "on": true, "no": null}'
)
EXPIRED = Certificate(-3.0, NOW - 3 * 86_400, "Example CA", ("www.example.net",), "it has expired")


def cel(text: str) -> Condition:
    return compile_cel(text, ANSWER)


def endpoint(
    *tests: Condition, degraded: tuple[Condition, ...] = (), capture: tuple[str, ...] = ()
) -> Endpoint:
    url = f"https://www.example.net/health?key={SECRET}"
    return Endpoint(
        name="www.example.net/health",
        file="shop.yml",
        line=1,
        request=Request("https", url, "https://www.example.net/health?key=***", secrets=(SECRET,)),
        schedule=Every(15),
        tests=tests,
        degraded=degraded,
        capture=capture,
    )


def answer(body: bytes = JSON, content_type: str = "application/json") -> Observation:
    return Observation(
        Phases(0.81, dns=0.01, connect=0.02, first_byte=0.5),
        status=200,
        headers={"content-type": content_type, "x-node": "a"},
        body=body,
    )


def judged(test: Condition, body: bytes = JSON, content_type: str = "") -> Judged:
    return judge(endpoint(test), answer(body, content_type))


def test_an_answer_that_passes_all_tests_is_ok() -> None:
    """There is nothing to say about it."""
    tests = (
        cel("json.status == 'ok' && headers['x-node'] == 'a' && body.contains('queue')"),
        equals("json.queue.depth", 120),
        within("status", 200, 299),
    )

    assert judge(endpoint(*tests), answer()) == Judged(OK, (), {})


def test_each_test_that_fails_says_why() -> None:
    """All of them, for the second may tell more than the first."""
    tests = (cel("json.status == 'down'"), cel("status == 200"), cel("time.total < 0.5"))

    result = judge(endpoint(*tests), answer())

    assert result.level == FAILED
    assert result.failures == (
        "json.status was 'ok', want 'down'",
        "time.total was 0.81, want less than 0.5",
    )


def test_a_degraded_condition_that_holds_says_what_was_found() -> None:
    """It is no failure, and needs its reason all the same."""
    deep = cel("json.queue.depth > 100")

    assert judge(endpoint(degraded=(deep,)), answer()) == Judged(
        DEGRADED, ("json.queue.depth was 120, limit 100",), {}
    )


def test_a_failed_test_outweighs_a_degraded_condition() -> None:
    """What is down is not slow."""
    result = judge(endpoint(cel("status == 204"), degraded=(cel("status == 200"),)), answer())

    assert result == Judged(FAILED, ("status was 200, want 204",), {})


def test_without_an_answer_the_probe_says_what_went_wrong() -> None:
    """No test is tried: all would say that there is nothing."""
    seen = Observation(Phases(10.0), "timeout", f"no answer within 10 s from ?key={SECRET}")

    result = judge(endpoint(cel("status == 200")), seen)

    assert result == Judged(FAILED, ("no answer within 10 s from ?key=***",), {})


def test_values_of_the_answer_are_captured() -> None:
    """Single ones, as they are."""
    wanted = ("queue.depth", "items[0].name", "on", "no")

    result = judge(endpoint(capture=wanted), answer())

    assert result.captured == {"queue.depth": 120, "items[0].name": "a", "on": True, "no": None}


def test_a_value_that_cannot_be_captured_is_a_failure() -> None:
    """Whoever reads it would take an old one for a new one. The others are kept."""
    result = judge(endpoint(capture=("queue.length", "items", "on")), answer())

    assert result.level == FAILED
    assert result.captured == {"on": True}
    assert result.failures == (
        "the answer has no queue.length to capture",
        "items is a list; only single values are captured",
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "the answer has no JSON: it is empty"),
        (
            b"<html>",
            "the answer is not JSON: Expecting value at line 1, column 1; it begins with '<html>'",
        ),
        (b'{"a": "\xe9"}', "the answer is not JSON: byte 7 is not UTF-8, as JSON has to be"),
        (b'{"status": 1, "status": 2}', "the JSON of the answer has the key 'status' twice"),
        (b'{"a": {"b": 1, "b": 1}}', "the JSON of the answer has the key 'b' twice"),
        (b'{"a": NaN}', "the JSON of the answer has NaN, which is no JSON"),
        (b'{"a": -Infinity}', "the JSON of the answer has -Infinity, which is no JSON"),
        (b'{"a": 1e999}', "the JSON of the answer has a number out of range: 1e999"),
        (b"9" * 60_000, "the JSON of the answer has a number out of range: 99999999999999999999"),
        (b"[" * 32_000 + b"]" * 32_000, "the JSON of the answer is nested more than 128 deep"),
        (b'{"a":' * 10_000, "the JSON of the answer is nested more than 128 deep"),
    ],
)
def test_what_is_no_sound_json_fails_a_test_that_needs_it(body: bytes, sentence: str) -> None:
    """In one sentence, and with no need for another test of it."""
    tests = (cel("json.status == 'ok'"), equals("json.status", "ok"))

    result = judge(endpoint(*tests, capture=("status",)), answer(body))

    assert result == Judged(FAILED, (sentence,), {})


def test_nobody_minds_what_no_test_needs() -> None:
    """A page in HTML is fine where only its status is asked for."""
    assert judged(cel("status == 200"), b"<html>").level == OK


@pytest.mark.parametrize(
    "body", [b'{"a": [[["[[[[", "\\"[["]]], "b": "' + b"[" * 500 + b'"}', b"\xef\xbb\xbf{}"]
)
def test_brackets_in_texts_and_a_byte_order_mark_are_fine(body: bytes) -> None:
    """Only what is nested counts."""
    assert judged(cel("json != 1"), body).level == OK


def test_a_whole_number_beyond_64_bits_is_a_floating_point_one() -> None:
    """So that it can be compared at all."""
    assert judged(cel("json.a > 1e20"), b'{"a": 123456789012345678901234}').level == OK


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", "é".encode()),
        ("text/plain; charset=ISO-8859-1", b"\xe9"),
        ('text/plain; charset="utf-16"', "é".encode("utf-16")),
    ],
)
def test_the_body_is_read_in_its_charset(content_type: str, body: bytes) -> None:
    """UTF-8 without one."""
    assert judged(cel("body == 'é'"), body, content_type).level == OK


@pytest.mark.parametrize(
    ("content_type", "sentence"),
    [
        ("text/plain", "the answer is not in its charset: byte 0 is not utf-8"),
        ("text/plain; charset=zip", "the answer has a charset that is not taken: 'zip'"),
        ("text/plain; charset=rot13", "the answer has a charset that is not taken: 'rot13'"),
    ],
)
def test_a_wrong_charset_fails_a_test_of_the_body(content_type: str, sentence: str) -> None:
    """Only of the body: JSON has its own."""
    assert judged(cel("body == 'é'"), b"\xe9", content_type).failures == (sentence,)


def test_the_certificate_is_judged_although_it_was_not_verified() -> None:
    """How many days it has does not vanish on the day that it expires."""
    seen = answer()._replace(certificate=EXPIRED)

    result = judge(endpoint(cel("cert.days > 14 && 'www.example.net' in cert.names")), seen)

    assert result.failures == ("cert.days was -3, want more than 14",)


def test_without_tls_a_test_of_the_certificate_fails() -> None:
    """It does not pass for want of one."""
    sentence = "the answer has no cert: the server showed no certificate"

    assert judged(cel("cert.days > 14")).failures == (sentence,)


def test_a_phase_that_did_not_happen_is_missing() -> None:
    """There was no TLS, and no time that it took."""
    assert judged(cel("time.tls < 1")).failures == ("the answer has no time.tls",)


def test_secrets_that_come_back_are_not_shown() -> None:
    """Some servers answer with what they were asked."""
    body = b'{"you": "t0p-s3cret", "t0p-s3cret": 1}'
    tests = (cel("json.you == 'x'"), cel("json == 1"), cel("body == 'x'"), equals("json.you", 1))

    result = judge(endpoint(*tests, capture=("you",)), answer(body))

    assert len(result.failures) == 4
    assert SECRET not in str(result)


def test_without_tests_any_answer_will_do() -> None:
    """What is expected stands in the file; the defaults of files are not ours."""
    assert judge(endpoint(), answer(b"x")).level == OK


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x" * 34 + SECRET.encode(), ""),
        (b'{"%s": 1, "%s": 2}' % ((b"k" * 75 + SECRET.encode(),) * 2), ""),
        (b"x", f"text/plain; charset={'c' * 34}{SECRET}"),
    ],
)
def test_no_part_of_a_secret_is_told_where_an_answer_is_cut(body: bytes, content_type: str) -> None:
    """A hostile server puts it exactly there."""
    test = cel("json.a == 1") if not content_type else cel("body == 'a'")

    assert "t0p" not in str(judged(test, body, content_type).failures)


def test_a_number_that_is_a_secret_is_not_captured() -> None:
    """It would be on the page, and in performance data."""
    one = endpoint(capture=("pin",))
    one = one._replace(request=one.request._replace(secrets=("12345678",)))

    assert judge(one, answer(b'{"pin": 12345678}')).captured == {"pin": "***"}
