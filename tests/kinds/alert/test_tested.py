"""Whether a test covers a rule, as far as it was recorded."""

import pytest

from blinkenlights.kinds.alert import tested

FOUND = tested.Tested(
    1000.0,
    3,
    {
        "a": tested.TestedRule("1", ["tests/x.yml"], []),
        "b": tested.TestedRule("1", ["tests/x.yml", "tests/y.yml"], ["tests/y.yml"]),
        "c": tested.TestedRule("1", [], []),
    },
)


@pytest.mark.parametrize(
    ("name", "digest", "words"),
    [
        ("a", "1", "covered by tests/x.yml, passed 2h ago"),
        ("a", "2", "covered by tests/x.yml, passed 2h ago, and the rule was changed since"),
        ("b", "1", "covered by tests/x.yml, tests/y.yml, failed 2h ago in tests/y.yml"),
        ("c", "1", "no test touches this rule, of 3 that ran 2h ago"),
        ("d", "1", "no test touches this rule: it was not there when tests ran 2h ago"),
    ],
)
def test_it_says_which_files_cover_a_rule_and_how_that_went(
    name: str, digest: str, words: str
) -> None:
    assert tested.tested_in_words(FOUND, name, digest, 8200.0) == words


def test_nothing_recorded_is_not_the_same_as_no_test() -> None:
    assert tested.tested_in_words(None, "a", "1", 8200.0).startswith("no run of tests is recorded")


def test_what_is_kept_comes_back() -> None:
    assert tested.parse_tested(tested.packed(FOUND)) == FOUND


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": 1, "tests": 1, "rules": {"a": {}}}'])
def test_what_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        tested.parse_tested(text)
