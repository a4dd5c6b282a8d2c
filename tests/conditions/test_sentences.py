"""What is said of a condition that does not hold."""

import pytest

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.conditions.comparing import equals, within
from blinkenlights.conditions.context import Context
from blinkenlights.conditions.hiding import without
from blinkenlights.plugin.words import clean
from blinkenlights.probe.vocabulary import ANSWER

JSON = {
    "status": "degraded",
    "version": "3",
    "depth": 120,
    "ok": False,
    "nothing": None,
    "used": 9,
    "size": 10,
    "items": [1, 2, 3],
    "in": 1,
    "control": "a\x1b[31m\u202eb",
    "long": "x" * 500,
}


def answer() -> Context:
    return Context({"json": JSON, "status": 200, "body": "hello", "time": {"total": 0.81}})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("json.status == 'ok'", "json.status was 'degraded', want 'ok'"),
        ("json['status'] == 'ok'", "json.status was 'degraded', want 'ok'"),
        ("'ok' == json.status", "json.status was 'degraded', want 'ok'"),
        ("time.total < 0.5", "time.total was 0.81, want less than 0.5"),
        ("0.5 > time.total", "time.total was 0.81, want less than 0.5"),
        ("json.depth != 120", "json.depth was 120, want anything else"),
        ("status == 200 && json.depth < 100", "json.depth was 120, want less than 100"),
        ("json.version == 3", "json.version was the text '3', compared with the number 3"),
        ("json.version < 4", "json.version was the text '3', compared with the number 4"),
        ("json.nothing > 4", "json.nothing was null, compared with the number 4"),
        (
            "json.version == json.depth",
            "json.version was the text '3', compared with json.depth, the number 120",
        ),
        (
            "json.used > json.size",
            "json.used was 9 and json.size was 10, want json.used more than json.size",
        ),
        ("json.queue == 1", "the answer has no json.queue"),
        ("json.queue.depth < 100", "the answer has no json.queue.depth: there is no json.queue"),
        ("has(json.queue)", "the answer has no json.queue"),
        (
            "has(json.queue.depth)",
            "the answer has no json.queue.depth: there is no json.queue",
        ),
        ("has(json.nothing.depth)", "the answer has no json.nothing.depth"),
        ("!has(json.status)", "the answer has json.status, want none"),
        ("json.items[7] == 1", "the answer has no json.items[7]"),
        ("json.ok", "json.ok was false, want true"),
        ("json.status", "json.status was the text 'degraded', want true"),
        ("json.status in ['ok', 'fine']", "json.status was 'degraded', want one of ['ok', 'fine']"),
        ("4 in json.items", "4 is not in json.items: [1, 2, 3]"),
        ("size(json.items) == 4", "size(json.items) was 3, want 4"),
        (
            "json.items.all(item, item < 3)",
            "json.items.all(item, item < 3) does not hold: json.items was [1, 2, 3]",
        ),
        (
            "json.status == 'ok' || json.depth < 100",
            "json.status was 'degraded', want 'ok', and json.depth was 120, want less than 100",
        ),
        ("body.contains('x')", "body.contains('x') does not hold: body was 'hello'"),
        (
            "int(json.status) > 1",
            "int(json.status) could not be worked out: json.status was the text 'degraded'",
        ),
        ("cert.days > 14", "the answer has no cert"),
        (r"json.control == 'a'", r"json.control was 'a\x1b[31m\u202eb', want 'a'"),
    ],
)
def test_a_test_that_fails_says_what_was_found(text: str, sentence: str) -> None:
    """It names the value, what it was, and what was wanted."""
    verdict = compile_cel(text, ANSWER).judge(answer())

    assert not verdict.holds
    assert verdict.sentence == sentence


def test_a_long_value_is_shortened() -> None:
    """A sentence fits on a line."""
    verdict = compile_cel("json.long == 'y'", ANSWER).judge(answer())

    assert len(verdict.sentence) < 120


@pytest.mark.parametrize(
    "text",
    [
        "json.used / json.size > 0.85",  # CEL itself divides 9 by 10 to 0
        "json.depth + 0.5 == 120.5",  # and refuses to add these
        "json.depth < 120.5",
        "!has(json.queue.depth)",
        "!has(json.nothing.depth)",
        "!has(json.status.depth)",
        "!has(json.items[9].name)",
        "json.queue == 1 || json.depth == 120",
        "json.items.exists(item, item == 2)",
        "json.items.exists_one(item, item == 2)",
        "size(json.items.filter(item, item > 1)) == 2",
        "json.items.map(item, item > 1, item * 2) == [4, 6]",
        "json.in == 1",
        "body.matches('^h.l+o$') && body.startsWith('he') && body.endsWith(\"lo\")",
        "(status == 200 ? json.depth : json.used) == 120",
        "json.depth - (json.used - 1) == 112",
        "-json.used == -9",
        "json.nothing == null // a comment",
        "json == json",
    ],
)
def test_what_holds_holds(text: str) -> None:
    """Also where the library alone would raise or say no."""
    assert compile_cel(text, ANSWER).judge(answer()).holds


def test_what_was_found_is_told_of_what_holds() -> None:
    """A condition of something degraded holds, and has to say why it matters."""
    condition = compile_cel("json.depth > 100 && time.total < 1", ANSWER)

    assert condition.judge(answer()).holds
    assert (
        condition.found(answer()) == "json.depth was 120, limit 100, time.total was 0.81, limit 1"
    )


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("json.status", "ok", "json.status was 'degraded', want 'ok'"),
        ("json.version", 3, "json.version was the text '3', want the number 3"),
        ("json.depth", "120", "json.depth was the number 120, want the text '120'"),
        ("json.in", True, "json.in was the number 1, want the boolean true"),
        ("json.items", [1, 2, True], "json.items was [1, 2, 3], want [1, 2, true]"),
        ("json.queue.depth", 1, "the answer has no json.queue.depth: there is no json.queue"),
        ("json.nothing", False, "json.nothing was null, want the boolean false"),
    ],
)
def test_another_value_or_type_is_not_equal(path: str, value: object, sentence: str) -> None:
    """`true` is not 1, and `'3'` is not 3."""
    verdict = equals(path, value).judge(answer())  # type: ignore[arg-type]

    assert (verdict.holds, verdict.sentence) == (False, sentence)


def test_one_is_one_point_nought() -> None:
    """JSON has one type of numbers."""
    assert equals("json.in", 1.0).judge(answer()).holds
    assert equals("json.items", [1.0, 2, 3]).judge(answer()).holds


def test_a_number_lies_between_both_bounds() -> None:
    """Both belong to it, and what is no number lies nowhere."""
    assert within("status", 200, 299).judge(answer()).holds
    assert within("status", 200, None).judge(answer()).holds
    assert within("status", 201, 299).judge(answer()).sentence == "status was 200, want 201 to 299"
    assert within("json.version", None, 5).judge(answer()).sentence == (
        "json.version was the text '3', want a number, at most 5"
    )


def test_secrets_are_masked_before_a_value_is_cut() -> None:
    """Of a cut secret the rest would still be shown."""
    secret = "s3cr3t" * 10
    context = Context({"json": {"a": "x" * 60 + secret, "b": [secret]}}, secrets=(secret,))

    assert "s3c" not in compile_cel("json.a == 'y'", ANSWER).judge(context).sentence
    assert "s3c" not in compile_cel("json.b == ['y']", ANSWER).judge(context).sentence
    assert "***" in equals("json.b", "y").judge(context).sentence


@pytest.mark.parametrize("secrets", [("open", "opensesame"), ("opensesame", "", "open")])
def test_a_secret_within_a_longer_one_leaves_nothing_of_it(secrets: tuple[str, ...]) -> None:
    """Whichever comes first: of the longer one the end would be shown. An empty one is none."""
    context = Context({"json": {"a": "opensesame", "b": "it is open"}}, secrets=secrets)

    assert equals("json.a", "y").judge(context).sentence == "json.a was '***', want 'y'"
    assert equals("json.b", "y").judge(context).sentence == "json.b was 'it is ***', want 'y'"
    assert without("opensesame, open", secrets) == "***, ***"


def test_what_was_found_is_told_with_its_limit() -> None:
    """Of a comparison with a constant the limit is said, so that an alarm has it."""
    condition = compile_cel("0.5 < time.total", ANSWER)

    assert condition.found(answer()) == "time.total was 0.81, limit 0.5"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("json.depth > 100 && json.depth < 200", "json.depth was 120, limits 100 and 200"),
        ("has(json.depth) && json.depth > 2 * 50", "json.depth was 120, limit 100"),
        ("json.depth > -5", "json.depth was 120, limit -5"),
        (
            "json.depth - json.used > 100 && json.used > 8",
            "json.depth was 120, json.used was 9, limit 100, json.used was 9, limit 8",
        ),
        ("json.depth > 1000 || time.total > 0.5", "time.total was 0.81, limit 0.5"),
        ("json.items.exists(each, each > 2) || status == 500", "json.items was [1, 2, 3]"),
        ("status == 200 && json.depth > 100", "status was 200, json.depth was 120, limit 100"),
    ],
)
def test_each_value_is_told_with_the_limits_that_it_is_held_against(text: str, found: str) -> None:
    """Of several ways to hold those are told that do."""
    condition = compile_cel(text, ANSWER)

    assert condition.judge(answer()).holds
    assert condition.found(answer()) == found


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_a_limit_is_said_in_words(sign: str) -> None:
    """Monitoring cores take signs out of what a check says, and an alarm needs its limit whole."""
    limit = 0 if "<" in sign else 100

    sentence = compile_cel(f"time.total {sign} {limit}.5", ANSWER).judge(answer()).sentence

    assert clean(sentence) == sentence
    assert f"{limit}.5" in sentence
