"""What conditions and texts of rules may say of a thing."""

import pytest

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.conditions.errors import ConditionError
from blinkenlights.rules.vocabulary import (
    default_of,
    places_of,
    subjects_by_word,
    vocabulary_of,
)

WORDS = {
    "metric": "metric",
    "heartbeat": "component",
    "client": "client",
    "source": "source",
    "machine": "machine",
    "endpoint": "endpoint",
    "probe": "prober",
    "collector": "collector",
}


def test_each_key_of_a_file_names_a_subject() -> None:
    """Operators know some by the check that looks at them."""
    assert {word: each.name for word, each in subjects_by_word().items()} == WORDS


@pytest.mark.parametrize("subject", WORDS.values())
def test_all_have_names_state_and_times(subject: str) -> None:
    """With what they said, and their tags."""
    text = "age > 5 && since > 5 && facts.queue > 5 && tags.env == 'prod' && status != 'OK'"

    assert compile_cel(text, vocabulary_of(subject)).text == text


def test_numbers_over_a_window_are_those_of_series() -> None:
    """Nothing else has a stored curve of its own."""
    assert compile_cel("avg > 5 && rate < 1 && count > 2", vocabulary_of("metric"))
    with pytest.raises(ConditionError, match="there is no avg"):
        compile_cel("avg > 5", vocabulary_of("component"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("state == 'silnt'", "column 10: state is never 'silnt'; write 'silent'"),
        ("'silnt' != state", "column 1: state is never 'silnt'; write 'silent'"),
        ("state in ['late', 'dwn']", "column 19: state is never 'dwn'; write 'down'"),
        ("status == 'ok'", "column 11: status is never 'ok'; it is OK, WARNING, CRITICAL, UNKNOWN"),
        ("age < 0", "column 5: this never holds; it is 0 or more"),
        (
            "name == 3",
            "column 6: a text is compared with a number, which never holds; write a text",
        ),
    ],
)
def test_what_never_holds_is_refused(text: str, sentence: str) -> None:
    """A rule that cannot fire looks like a rule that has nothing to say."""
    with pytest.raises(ConditionError) as error:
        compile_cel(text, vocabulary_of("component"))

    assert str(error.value) == sentence


def test_a_range_is_of_what_people_look_at_first() -> None:
    """The number of a series, the age of all else."""
    assert (default_of("metric"), default_of("component")) == ("value", "age")


def test_texts_may_say_more_than_conditions() -> None:
    """A name has parts or has none."""
    places = places_of("metric")

    assert (places["value"], places["tags"], places["labels"], places["why"]) == (
        False,
        True,
        True,
        False,
    )


def test_of_an_unknown_subject_there_is_none() -> None:
    """Nor of one that no rule can be about."""
    for name in ("lamp", "node"):
        with pytest.raises(KeyError):
            vocabulary_of(name)
