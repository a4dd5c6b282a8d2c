"""What is refused when a condition is read, in one sentence with its column."""

import pytest

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.conditions.errors import ConditionError
from blinkenlights.probe.vocabulary import ANSWER


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("stat == 1", "column 1: there is no stat; write status"),
        ("time.totl < 1", "column 6: there is no time.totl; write time.total"),
        (
            "status == '200'",
            "column 8: a number is compared with a text, which never holds; write status == 200",
        ),
        (
            "time.total < '1'",
            "column 12: a number is compared with a text, which never holds; write time.total < 1",
        ),
        (
            "status != 'up'",
            "column 8: a number is compared with a text, which always holds; write a number",
        ),
        ("status == 20", "column 8: this never holds; it is 100 to 599"),
        ("20 == status", "column 4: this never holds; it is 100 to 599"),
        ("time.total < 0", "column 12: this never holds; it is 0 or more"),
        ("status >= 100", "column 8: this always holds; it is 100 to 599"),
        ("status", "column 1: this is a number and says neither yes nor no; compare it"),
        ("true", "column 1: this names nothing of the answer, and is always the same"),
        (
            "status == 200 && 1 == 1",
            "column 20: this names nothing of the answer, and is always the same",
        ),
        ("status = 200", "column 8: write == to compare"),
        ("status == 200 and json.ok", "column 15: write && in place of and"),
        ("not json.ok", "column 1: write ! in place of not"),
        ("json.n % 2 == 1", "column 8: there is no %; numbers are floating-point here"),
        ("json.ok == 'yes", "column 12: a text begins here and has no ' at its end"),
        ("status in 200", "column 8: in looks into a list or map, not a number; use contains()"),
        ("body.size == 1", "column 6: a text has no size; leave it out"),
        (
            "json.n == 500ms",
            "column 11: this is no number; write it in decimal digits, without a unit",
        ),
        ("has(json)", "column 1: has() takes a field, as in has(json.queue)"),
        ("json.all(status, true)", "column 6: status means something already; choose another name"),
        (
            "json.id == 9007199254740993",
            (
                "column 12: a number above 2^53 cannot be told from its neighbour; compare it"
                " without CEL"
            ),
        ),
        ("", "column 1: the expression ends too early"),
        ("json.a\n&& json.b ==", "line 2, column 13: the expression ends too early"),
    ],
)
def test_a_slip_is_refused_with_its_column(text: str, sentence: str) -> None:
    """The sentence says what is wrong and mostly what to write."""
    with pytest.raises(ConditionError) as error:
        compile_cel(text, ANSWER, "shop.yml:7")

    assert str(error.value) == f"shop.yml:7, {sentence}"


@pytest.mark.parametrize(
    "text",
    [
        "json.?a == 1",
        "json.`a` == 1",
        ".json == 1",
        "b'a' == body",
        "'''a''' == body",
        "Foo{a: 1} == json",
        "json.a; true",
        "json.a == 1 // x\n) || (true",
        "json.a == '\\ud800'",
        "json.a == '\ud800'",
        "json.a == 1e999",
        "json.a == 0x10",
        "json.a == 1u",
        "now() > json.a",
        "cel.bind(x, 1, x == json.a)",
        "json.items.all(i, j, i == j)",
        "json.all('i', true)",
        "json.a \x00 == 1",
    ],
)
def test_what_is_not_understood_is_not_run(text: str) -> None:
    """The library is given nothing but what was understood here."""
    with pytest.raises(ConditionError):
        compile_cel(text, ANSWER)
