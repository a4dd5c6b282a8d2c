"""No condition that is taken holds up the process, whatever it is judged by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.conditions.context import Context
from blinkenlights.conditions.errors import ConditionError
from blinkenlights.conditions.fences import MAX_COPIED, MAX_DEPTH
from blinkenlights.probe.vocabulary import ANSWER


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("json.a == '" + "x" * 4096 + "'", "longer than 4096 bytes"),
        ("json.all(i, json.all(j, true))", "stands inside all()"),
        ("json.all(i, i.all(j, true))", "stands inside all()"),
        ("json.all(i, /* */ json.all(j, true))", "cannot stand here"),
        ("json.all(i, // ')'\n json.all(j, true))", "stands inside all()"),
        ("json.all(i, i in json)", "json stands inside all()"),
        ("json.all(i, body.contains('x'))", "body stands inside all()"),
        ("json.map(i, i + i).all(i, i == 1)", "goes over a value"),
        ("[json, json].all(i, i == i)", "goes over a value"),
        ("json.all(i, " + "&&".join(["i == 1"] * 20) + ")", "do too much for each element"),
        ("&&".join(["json.all(i, i == 1)"] * 9), "do too much for each element"),
        ("json.all(i, i == '" + "x" * 2000 + "')", "do too much for each element"),
        ("&&".join(["json == json"] * 13), "more than 12 uses of json and body and headers"),
        ("+".join(["body"] * 20) + " == 'x'", "more than 3 + signs"),
        ("json.map(i, i) == json.map(i, i) || json.filter(i, i) == []", "more than 1 map()"),
        ("(" * 30 + "json.a" + ")" * 30, "nested more than 24 deep"),
        ("!" * 30 + "json.a", "nested more than 24 deep"),
        ("[" * 30 + "]" * 30 + " == json", "nested more than 24 deep"),
        ("json.a == " + " * ".join(["1"] * 200), "more than 100 terms in a row"),
        ("json" + ".a" * 40 + " == 1", "a path of more than 24 steps"),
        ("json.a in [" + ",".join("1" for _ in range(500)) + "]", "more than 400 parts"),
        (r"body.matches('(\\w{50}){20}')", "takes too long to read"),
        (r"body.matches('\\w{900}')", "takes too long to read"),
        ("body.matches('" + r"\\w" * 60 + "')", "takes too long to read"),
        ("body.matches('a{9}{9}{9}')", "takes too long to read"),
        ("body.matches(json.pattern)", "write the pattern of matches() as a text"),
        ("json.all(i, i.matches('a'))", "matches() stands inside all()"),
    ],
)
def test_what_could_take_long_is_refused(text: str, why: str) -> None:
    """The library keeps the GIL, so that no timeout would help."""
    with pytest.raises(
        ConditionError, match=why.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+")
    ):
        compile_cel(text, ANSWER)


@pytest.mark.parametrize(
    "text",
    [
        "json.queue.depth < 100 && time.total < 0.5 && cert.days > 14",
        "json.nodes.all(n, n.state == 'up' && n.lag < 10 && has(n.name))",
        "size(json.nodes.filter(n, n.state != 'up')) < 3",
        "json.nodes.filter(n, n.up).all(n, n.lag < 1)",
        r"json.date.matches('^\\d{4}-\\d{2}-\\d{2}$')",
        "body.matches('status: (ok|degraded|fine)')",
    ],
)
def test_what_is_ordinary_is_taken(text: str) -> None:
    """The fences leave room for what endpoints are asked."""
    compile_cel(text, ANSWER)


def test_a_value_with_too_many_in_it_is_not_judged() -> None:
    """To make it into what the library takes would hold up the process by itself."""
    context = Context({"json": {"items": [[0] * 2500, [0] * 2501]}})

    verdict = compile_cel("json.items[0][1] == 0", ANSWER).judge(context)

    assert verdict.sentence == (
        "the answer has no json to judge: there are more than 4,000 values in it"
    )


def test_a_list_that_is_copied_has_a_lower_limit() -> None:
    """`map` and `filter` of the library copy what they have at each element."""
    context = Context({"json": [0] * (MAX_COPIED + 1)})

    verdict = compile_cel("json.filter(i, i == 1) == []", ANSWER).judge(context)

    assert not verdict.holds
    assert "too many for filter(), which takes 300" in verdict.sentence


def test_a_deep_value_is_not_given_to_the_library() -> None:
    """Its stack would end the process."""
    value: object = 0
    for _ in range(100_000):
        value = [value]
    context = Context({"json": value})

    verdict = compile_cel("json == 1", ANSWER).judge(context)

    assert verdict.sentence == (
        f"the answer has no json to judge: a value is nested more than {MAX_DEPTH} deep"
    )


def test_half_a_character_is_a_failed_test() -> None:
    """JSON may hold one, and the library takes none."""
    context = Context({"json": {"a": "\ud800"}})

    assert "half a character" in compile_cel("json.a == 'x'", ANSWER).judge(context).sentence


PIECES = [
    *("json", "body", "status", "time.total", "i", "1", "0.5", "'a'", '"b\\n"', "null", "true"),
    *("==", "<", "&&", "||", "+", "-", "*", "/", "!", "in", "?", ":", "(", ")", "[", "]", "{"),
    *("}", ",", ".", ".a", "[0]", ".all(i,", ".map(i,", "has(", "size(", "//", "\n", " "),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_whatever_is_written_is_refused_or_judged(text: str) -> None:
    """Nothing raises anything else, and what failed says why."""
    context = Context({"json": {"a": [1, "x", None]}, "status": 200, "body": "b"})
    try:
        condition = compile_cel(text, ANSWER)
    except ConditionError as error:
        assert str(error).startswith(("column ", "line "))  # noqa: PT017 - either will do
        return
    verdict = condition.judge(context)

    assert verdict.holds or verdict.sentence
    condition.found(context)


@given(st.text(max_size=40))
def test_any_text_is_refused_or_taken(text: str) -> None:
    """Also one that is no CEL at all."""
    try:
        compile_cel(text, ANSWER)
    except ConditionError as error:
        assert str(error)  # noqa: PT017 - either will do
